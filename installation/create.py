"""Create an installation: its folder, root key and tables. Doing it again harms nothing."""

from crypto.file_provider import FileProvider
from kernel.settings import Settings
from migrations.run import upgrade


def create_installation(settings: Settings) -> bool:
    """Create what is missing and bring the tables to the present; tell whether a root key was made."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = settings.key_provider == "file" and not settings.root_key_file.exists()
    if made:
        FileProvider.create(settings.root_key_file)
    upgrade(settings.url)
    return made
