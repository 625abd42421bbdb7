#!/usr/bin/env bash
# The figures of docs/benchmarks/hippocampus.md: methods on MR volumes with synthesised drawings, by the documented commands.
#   docs/benchmarks/hippocampus.sh HIPPOCAMPUS_FOLDER OUT_FOLDER [SEED ...]
# A seed is that of the split, of the drawings and of the training. A cell that has its table is not run again, so a
# stopped comparison goes on where it was; two processes with different seeds may run side by side.
set -euo pipefail
hippocampus=$1 out=$2
shift 2
python=${PYTHON:-.venv/bin/python}
methods=${METHODS:-coupled_global partial_cross_entropy partial_cross_entropy_support}
# name of the set: share of the structures that is drawn, and options of the drawing
sets=${SETS:-volume_0.3 volume_0.05 slices_0.3}

draw() {
    local options=()
    case $1 in slices_*) options=(--every 5 --plane coronal) ;; esac
    $python -m bundle draw --images "$hippocampus/images" --masks "$hippocampus/labels" --out "$2" \
        --class-name anterior --mask-value 1 --class-name posterior --mask-value 2 --background 0.5 \
        --ratio "${1#*_}" "${options[@]}" --validation 5 --test 15 --seed "$seed" --split-seed "$seed"
}

cell() { # data, datalist, method, folder of results
    [ -f "$4/eval/evaluation/metrics.csv" ] && return
    rm -rf "$4"
    $python -m monai.bundle run training \
        --config_file "['configs/volume/train.json','configs/methods/$3.json']" --dataset_dir "$1" \
        --datalist "$1/$2.json" --ckpt_dir "$4/models" --output_dir "$4/eval" --seed "$seed" \
        --train#trainer#max_epochs "${EPOCHS:-20}" --partial_dice_weight 0.0
    $python -m monai.bundle run evaluating \
        --config_file "['configs/volume/train.json','configs/volume/evaluate.json']" --dataset_dir "$1" \
        --ckpt_dir "$4/models" --output_dir "$4/eval"
}

for seed in "${@:-1}"; do
    for set in $sets; do
        data=$out/seed$seed/$set
        [ -f "$data/datalist.json" ] || draw "$set" "$data"
        # dense masks are the same in every set
        [ "$set" = "${sets%% *}" ] && cell "$data" datalist_dense dense_masks "$data/results/dense_masks"
        for method in $methods; do
            cell "$data" datalist "$method" "$data/results/$method"
        done
    done
done

echo "set method seeds dice sd dice_anterior dice_posterior nsd_anterior nsd_posterior hd95_anterior hd95_posterior"
for set in $sets; do
    for method in dense_masks $methods; do
        tables=$(ls "$out"/seed*/"$set"/results/"$method"/eval/evaluation/metrics.csv 2>/dev/null || true)
        [ -z "$tables" ] && continue
        cat $tables | awk -F, -v s="$set" -v m="$method" '
            /^mean/ { n++; d = ($2 + $3) / 2; t += d; q += d * d; for (i = 2; i <= 9; i++) v[i] += $i }
            END {
                sd = n > 1 ? sqrt((q - t * t / n) / (n - 1)) : 0
                printf "%s %s %d %.3f %.3f %.3f %.3f", s, m, n, t / n, sd, v[2] / n, v[3] / n
                for (i = 6; i <= 9; i++) printf " %.3f", v[i] / n; print ""
            }'
    done
done
