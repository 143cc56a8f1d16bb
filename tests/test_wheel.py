"""The wheel: one top-level name, decks and verifiers inside, and it drills from any folder."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(target), str(ROOT)],
        check=True,
        timeout=300,
    )
    [built] = target.glob("*.whl")
    return built


def test_its_only_top_level_name_is_quizapp_and_the_pack_is_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"quizapp"}
    for folder in ("cards", "verifiers"):
        files = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yaml")]
        here = {path.relative_to(ROOT).as_posix() for path in files}
        assert here
        assert here <= {name.removeprefix("quizapp/_pack/") for name in names}


def test_installed_alone_it_drills_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """The environment is empty but for the wheel, and borrows the libraries of the one that runs this test."""
    place = tmp_path / "environment"
    venv.create(place, with_pip=True)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    install = [str(scripts / "python"), "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, timeout=300)
    [site] = place.rglob("site-packages")
    # A path in a .pth file is searched, but .pth files found there are not obeyed: the checkout stays out of sight.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    where = subprocess.run(
        [scripts / "python", "-c", "import quizapp; print(quizapp.__file__)"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(site))
    done = subprocess.run(
        [scripts / "quiz", "--deck", "conv", "--plain", "--count", "1"],
        input="\n",
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "conv/" in done.stdout
    assert "· cpu ·" in done.stdout
    assert "1 answered" in done.stdout
