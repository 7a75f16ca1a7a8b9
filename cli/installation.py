"""Create the installation, and bring its database up to date."""

from argparse import Namespace

from cli.answer import Answer
from cli.opening import settings_of
from cli.words import say
from installation.create import create_installation
from migrations.run import upgrade


def init(given: Namespace) -> Answer:
    """Create folder, root key and tables; what is there stays."""
    settings = settings_of(given)
    made = create_installation(settings)
    engine = "sqlite" if settings.url.startswith("sqlite") else "postgresql"
    data = {"data_dir": str(settings.data_dir.absolute()), "engine": engine, "root_key_created": made}
    lines = [
        say(f"Installation prête dans {settings.data_dir} ({engine}).", f"Ready in {settings.data_dir} ({engine}).")
    ]
    if made:
        lines.append(
            say(
                f"Clé racine créée : {settings.root_key_file}. Gardez-en une copie hors de cette machine : sans elle, "
                "rien ne s'ouvre plus.",
                f"Root key created: {settings.root_key_file}. Keep a copy off this machine: without it nothing opens.",
            ),
        )
    return Answer(data, lines)


def migrate(given: Namespace) -> Answer:
    """Run the migrations the database lacks."""
    upgrade(settings_of(given).url)
    return Answer({"migrated": True}, [say("La base est à jour.", "The database is up to date.")])
