"""docs/README.md of an exported bundle: the model card, after the template of MONAI's model zoo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["model_card"]

_UNKNOWN = "not known"
_UNMEASURED = "Not measured."


def model_card(manifest: Mapping[str, Any], metadata: Mapping[str, Any], preprocessing: list[str]) -> str:
    """The card as Markdown; what was not told to the export is said to be not known.

    Args:
        manifest: of the bundle; its list of files is not needed.
        metadata: of the bundle.
        preprocessing: names of the deterministic transforms, in their order.
    """
    volumes = manifest["flavour"] == "volume"
    kind = "volumes" if volumes else "photographs"
    classes = manifest["classes"]
    sections = [
        f"# {metadata['name']}",
        f"### **Authors**\n{metadata['authors']}",
        f"### **Tags**\nSegmentation, Coarse annotations, {'3D' if volumes else '2D'}, {', '.join(classes[1:])}",
        f"## **Model Description**\n{metadata['description']}\n\nVersion {manifest['version']}, {_training(manifest)}",
        f"## **Intended use**\n{manifest['intended_use']}\n\n{_listed(manifest['limits'])}",
        f"## **Data**\n{_data(manifest, metadata)}",
        f"### Preprocessing\n{_preprocessing(manifest, preprocessing)}",
        f"### Output\n{_output(classes, kind)}",
        f"## Performance\n{_performance(manifest['metrics'])}",
        f"## Commands Example\n{_commands(volumes)}",
        f"# References\n{_numbered(metadata.get('references', []))}",
        f"# License\n{metadata['copyright']}. The code is under the license in `LICENSE`.{_data_license(manifest)}",
    ]
    return "\n\n".join(sections) + "\n"


def _training(manifest: Mapping[str, Any]) -> str:
    run = manifest["run"]
    told = f"with the settings of the method `{manifest['settings']['method']}`"
    epochs = f" for {run['epochs']} epochs" if run and run["epochs"] else ""
    commit = f"`{manifest['commit']}`{_CHANGED[manifest['commit_has_changes']]}" if manifest["commit"] else _UNKNOWN
    return f"{told}{epochs}. Exported {manifest['created']}; commit of the code: {commit}."


_CHANGED = {
    False: "",
    True: ", **with changes that are in no commit**; the code as it was is in this bundle",
    None: "; whether it had changes is not known",
}


def _data(manifest: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    source = f"Source: {metadata.get('data_source', _UNKNOWN)}. Type: {metadata.get('data_type', _UNKNOWN)}."
    data = manifest["data"]
    if data is None:
        return f"{source}\n\nHow many cases the model was trained on is {_UNKNOWN}."
    rows = ["| list | cases | drawn | dense | boxed |", "|---|---|---|---|---|"]
    for name, count in data["cases"].items():
        rows.append(f"| {name} | {count['cases']} | {count['drawn']} | {count['dense']} | {count['boxed']} |")
    shares = "Shares of what is drawn in the training cases: not measured."
    if data["shares"]:
        listed = ", ".join(f"{kind} {100 * share:.1f} %" for kind, share in data["shares"].items())
        shares = f"Mean share of the pixels of a training case: {listed}."
    print_of = f"Fingerprint, of {data['fingerprint']['of']}: `{data['fingerprint']['sha256']}`."
    return "\n".join([source, "", *rows, "", shares, "", print_of])


def _preprocessing(manifest: Mapping[str, Any], names: list[str]) -> str:
    settings = {name: value for name, value in manifest["settings"].items() if name in ("spacing", "window")}
    told = "".join(f"\n* `{name}`: {_UNSET[name] if value is None else value}" for name, value in settings.items())
    return f"{', '.join(f'`{name}`' for name in names)}, as in `configs/inference.json`.{told}"


_UNSET = {"spacing": "each volume keeps its own", "window": "percentiles 0.5 and 99.5 of each volume"}


def _output(classes: list[str], kind: str) -> str:
    rows = [f"* {value}: {name}" for value, name in enumerate(classes)]
    return "\n".join([f"One map of class indices per image, on the grid of the {kind}:", "", *rows])


def _performance(metrics: Mapping[str, Any]) -> str:
    validation, evaluation = metrics["validation"], metrics["evaluation"]
    parts = []
    if validation:
        listed = ", ".join(f"{name} {_number(value)}" for name, value in validation.items() if name != "epoch")
        parts.append(
            f"Validation, on the cases that the checkpoint was chosen by (too favourable therefore): {listed}."
        )
    if evaluation:
        rows = [f"| {name} | {_number(value)} |" for name, value in evaluation.items() if name != "cases"]
        parts.append(
            "\n".join([f"Evaluation of {evaluation['cases']} cases:", "", "| metric | value |", "|---|---|", *rows])
        )
    else:
        parts.append(f"On test cases: {_UNMEASURED.lower()}" if parts else _UNMEASURED)
    return "\n\n".join(parts)


def _commands(volumes: bool) -> str:
    evaluate = "\"['configs/train.json','configs/evaluate.json']\""
    images = "volumes" if volumes else "photographs"
    blocks = {
        f"Segment the {images} of a folder:": "inferring --config_file configs/inference.json --dataset_dir IMAGES "
        "--output_dir MASKS",
        "Train further on own data, a folder with `datalist.json`:": "training --config_file configs/train.json "
        "--dataset_dir DATA",
        "Evaluate on the list `test` of a datalist:": f"evaluating --config_file {evaluate} --dataset_dir DATA",
    }
    lead = "In this folder, with the packages of `configs/metadata.json` (and `--bundle_root` from elsewhere):"
    return "\n\n".join(
        [lead, *(f"{told}\n\n```bash\npython -m monai.bundle run {c}\n```" for told, c in blocks.items())]
    )


def _data_license(manifest: Mapping[str, Any]) -> str:
    return " The terms of the data are in `docs/data_license.txt`." if manifest["data_license"] else ""


def _number(value: Any) -> str:
    return "undefined" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def _listed(lines: list[str]) -> str:
    return "\n".join(f"* {line}" for line in lines)


def _numbered(lines: list[str]) -> str:
    return "\n\n".join(f"[{number}] {line}" for number, line in enumerate(lines, 1)) or "None."
