#!/usr/bin/env bash
# The figures of docs/benchmarks/les-av.md: every method on LES-AV with synthesised drawings, by the documented commands.
#   docs/benchmarks/les_av.sh LES_AV_FOLDER OUT_FOLDER [SPLIT_SEED ...]
# A method that has its table already is not run again, so a stopped comparison goes on where it was.
set -euo pipefail
les_av=$1 out=$2
shift 2
python=${PYTHON:-.venv/bin/python}
ratios=${RATIOS:-0.3 0.05}
methods=${METHODS:-dense_masks coupled_support partial_cross_entropy partial_cross_entropy_support coupled_sparse coupled_dense coupled_global coupled_literal}

for split in "${@:-1}"; do
    for ratio in $ratios; do
        data=$out/split$split/ratio$ratio
        [ -f "$data/datalist.json" ] || $python -m bundle draw --images "$les_av/images" --masks "$les_av/masks_vessel" \
            --fields-of-view "$les_av/fov" --out "$data" --ratio "$ratio" --validation 3 --test 4 \
            --seed "$split" --split-seed "$split"
        for method in $methods; do
            # dense masks are the same at every ratio
            [ "$method" = dense_masks ] && [ "$ratio" != "${ratios%% *}" ] && continue
            list=datalist result=$data/results/$method
            [ "$method" = dense_masks ] && list=datalist_dense
            [ -f "$result/eval/evaluation/metrics.csv" ] && continue
            rm -rf "$result"
            $python -m monai.bundle run training \
                --config_file "['configs/train.json','configs/methods/$method.json']" --dataset_dir "$data" \
                --datalist "$data/$list.json" --ckpt_dir "$result/models" --output_dir "$result/eval" --seed "$split"
            $python -m monai.bundle run evaluating \
                --config_file "['configs/train.json','configs/evaluate.json']" --dataset_dir "$data" \
                --ckpt_dir "$result/models" --output_dir "$result/eval"
        done
    done
done
echo "ratio method dice iou cldice sensitivity specificity (means over the test cases of all splits)"
for ratio in $ratios; do
    for method in $methods; do
        [ "$method" = dense_masks ] && [ "$ratio" != "${ratios%% *}" ] && continue
        cat "$out"/split*/ratio"$ratio"/results/"$method"/eval/evaluation/metrics.csv |
            awk -F, -v r="$ratio" -v m="$method" \
                '/^mean/ {n++; for (i = 2; i <= 6; i++) s[i] += $i} END {printf "%s %s", r, m; for (i = 2; i <= 6; i++) printf " %.3f", s[i] / n; print ""}'
    done
done
