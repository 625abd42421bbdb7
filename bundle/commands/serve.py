"""``python -m bundle serve``: a MONAI Label server for trained bundles."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("serve", short_help="Start a MONAI Label server for trained bundles.")
@click.option(
    "--bundle", "bundles", type=_FOLDER, required=True, multiple=True, help="Exported bundle; repeat for several."
)
@click.option("--studies", type=_FOLDER, required=True, help="Folder of images; the server keeps labels in it.")
@click.option("--host", default="127.0.0.1", help="Address to listen at; by default only this machine reaches it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port to listen at.")
@click.option("--open-to-network", is_flag=True, help="Allow a --host that other machines reach, without a password.")
@click.option("--different-labels", is_flag=True, help="Allow bundles with different labels, if nobody paints here.")
@click.option("--scoring/--no-scoring", default=True, help="Rank the images anew whenever the model changes.")
@click.option("--app", type=_FOLDER, help="Folder of the server's own files and logs. [default: a temporary one]")
def command(
    bundles: tuple[Path, ...],
    studies: Path,
    host: str,
    port: int,
    open_to_network: bool,
    different_labels: bool,
    scoring: bool,
    app: Path | None,
) -> None:
    """Serve bundles to 3D Slicer, or to any program that speaks HTTP, until Ctrl-C.

    The server segments the images of STUDIES, takes drawings for them, trains the bundles on these, and says which
    image to draw on next. A training replaces the model of the bundle only by a better one. Its environment is made
    once by `make monailabel`.
    """
    from bundle.serving import checks
    from bundle.serving.serve import environment_folder, lay_out_app, run_server, server_command, server_variables

    environment = environment_folder()
    checks.check_host(host, open_to_network=open_to_network)
    checks.check_environment(environment)
    named = checks.check_bundles(bundles, different_labels=different_labels)
    told = [*checks.check_studies(studies, named.values()), *checks.notes(named.values())]
    checks.check_port(host, port)
    if not checks.is_loopback(host):
        told.append(
            f"{host} can be reached by other machines: whoever finds port {port} can see, change and delete images and "
            "labels, and train"
        )
    for line in told:
        click.echo(f"note: {line}", err=True)
    with tempfile.TemporaryDirectory(prefix="monailabel-") as temporary:
        folder = app or Path(temporary) / "app"
        sent = Path(temporary) / "sent"
        sent.mkdir()
        lay_out_app(folder, named)
        click.echo(f"http://{host}:{port} serves {', '.join(named)}; Ctrl-C stops it, logs are in {folder / 'logs'}")
        status = run_server(
            server_command(environment, folder, studies, list(named), host, port),
            server_variables(environment, folder, host, scoring=scoring, temporary=sent),
            folder,
        )
    sys.exit(status)
