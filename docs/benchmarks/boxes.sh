#!/usr/bin/env bash
# The figures of docs/benchmarks/boxes.md: methods on few dense masks and many boxes, by the documented commands.
#   docs/benchmarks/boxes.sh nuclei NUCLEI_FOLDER OUT_FOLDER [SEED ...]
#   docs/benchmarks/boxes.sh hippocampus HIPPOCAMPUS_FOLDER OUT_FOLDER [SEED ...]
#   docs/benchmarks/boxes.sh camvid CAMVID_FOLDER OUT_FOLDER [SEED ...]
# A seed is that of the split (but of camvid), of the dense cases, of the boxes' looseness and of the training. A cell that
# has its result is not run again, so a stopped comparison goes on where it was; two processes with different seeds may
# run side by side. Another CELLS repeats a part: data sets as SHARE_LOOSENESS, then a colon and methods.
set -euo pipefail
name=$1 source=$2 out=$3
shift 3
python=${PYTHON:-.venv/bin/python}

configs=configs
case $name in
nuclei)
    overlay=",'docs/benchmarks/nuclei.json'"
    budget=(--cases_per_epoch 40 --patches_per_image 2 --train#trainer#max_epochs "${EPOCHS:-25}" --val_interval 5
        --settle_interval 5)
    cells=${CELLS:-"0.18_0:dense_masks,dense_only,boxes_ignored,boxes_as_masks,grabcut,boxes_unsettled,boxes
        0.01_0:dense_only,boxes,boxes_ignored"}
    ;;
hippocampus)
    configs=configs/volume overlay=''
    budget=(--cases_per_epoch 40 --train#trainer#max_epochs "${EPOCHS:-10}" --settle_interval 2)
    cells=${CELLS:-"0.18_0:dense_masks,dense_only,boxes_ignored,boxes_as_masks,boxes
        0.05_0:dense_only,boxes,boxes_ignored"}
    ;;
camvid)
    overlay=",'docs/benchmarks/camvid.json'"
    budget=(--cases_per_epoch 46 --train#trainer#max_epochs "${EPOCHS:-16}" --val_interval 8 --settle_interval 4)
    cells=${CELLS:-"0.18_0:dense_masks,dense_only,boxes_as_masks,boxes_ignored,boxes_unsettled,boxes"}
    ;;
*) echo "expected nuclei, hippocampus or camvid, got $name" >&2 && exit 2 ;;
esac

boxes() { # share of dense cases, looseness, folder
    if [ "$name" = nuclei ]; then
        $python -m bundle boxes --images "$source/images" --masks "$source/masks" \
            --instances "$source/masks_instances" --class-name nucleus --mask-value 255 --validation 20 --test 67 \
            --split-seed "$seed" --seed "$seed" --dense-share "$1" --loose "$2" --out "$3"
    elif [ "$name" = hippocampus ]; then
        $python -m bundle boxes --images "$source/images" --masks "$source/labels" --class-name anterior \
            --mask-value 1 --class-name posterior --mask-value 2 --validation 5 --test 15 --split-seed "$seed" \
            --seed "$seed" --dense-share "$1" --loose "$2" --out "$3"
    else
        local half=$out/camvid/half_size
        [ -d "$half" ] || $python docs/benchmarks/half_size.py "$source" "$half"
        $python -m bundle boxes --images "$half/train/images" --masks "$half/train/masks" \
            --validation-images "$half/val/images" --validation-masks "$half/val/masks" \
            --test-images "$half/test/images" --test-masks "$half/test/masks" \
            --class-name vehicle --mask-value 8 --class-name person --mask-value 9,10 --ignore-value 11 \
            --seed "$seed" --dense-share "$1" --loose "$2" --out "$3"
    fi
}

cell() { # data, method, folder of results
    [ -f "$3/eval/evaluation/metrics.json" ] && return
    rm -rf "$3"
    local datalist=$1/datalist.json
    case $2 in
    dense_masks) datalist=$1/datalist_dense.json ;;
    grabcut)
        datalist=$1/grabcut/datalist_grabcut.json
        [ -f "$datalist" ] || $python -m bundle grabcut "$1/datalist.json" --out "$1/grabcut"
        ;;
    esac
    # every method sees as many cases per epoch, however many it has, and none has the Dice that masks alone would get
    $python -m monai.bundle run training --config_file "['$configs/train.json','configs/methods/$2.json'$overlay]" \
        --datalist "$datalist" --dataset_dir "$(dirname "$datalist")" --ckpt_dir "$3/models" --output_dir "$3/eval" \
        "${budget[@]}" --seed "$seed" --partial_dice_weight 0.0
    $python -m monai.bundle run evaluating --config_file "['$configs/train.json','$configs/evaluate.json'$overlay]" \
        --datalist "$datalist" --dataset_dir "$(dirname "$datalist")" --ckpt_dir "$3/models" --output_dir "$3/eval"
}

for seed in "${@:-1}"; do
    for set in $cells; do
        data=$out/$name/seed$seed/${set%%:*}
        share=$(basename "$data")
        [ -f "$data/datalist.json" ] || boxes "${share%_*}" "${share#*_}" "$data"
        for method in $(tr , ' ' <<<"${set#*:}"); do
            cell "$data" "$method" "$data/results/$method"
        done
    done
done
$python docs/benchmarks/boxes_table.py "$out/$name"
