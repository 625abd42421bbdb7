"""Entry point of ``python -m bundle``."""

from __future__ import annotations

from bundle.command_group import CommandGroup


def main() -> None:
    """Run the command line."""
    CommandGroup(
        name="bundle",
        help="Prepare data for the bundle and look at its results. Training and inference: python -m monai.bundle run.",
        context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
    )(prog_name="python -m bundle")


if __name__ == "__main__":
    main()
