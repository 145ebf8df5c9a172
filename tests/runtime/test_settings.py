"""The same settings for the embedded default and for production."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime import settings as module
from runtime.settings import Settings


def test_nothing_set_is_the_embedded_default(tmp_path: Path) -> None:
    settings = Settings.read(data=tmp_path)
    assert settings.embedded
    assert settings.ledger("council") == f"sqlite:///{tmp_path}/council.ledger.sqlite"
    assert settings.views("council") == f"sqlite:///{tmp_path}/council.views.sqlite"
    assert (settings.sync, settings.replicas, settings.nats_port) == ("always", 1, -1)
    assert settings.keys_directory == tmp_path / "keys"
    assert settings.credentials_directory == tmp_path / "credentials"
    assert settings.registry_file == tmp_path / "tenants.json"
    assert settings.tls() is None


def test_production_is_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYPA_NATS", "nats://n1:4222, nats://n2:4222")
    monkeypatch.setenv("LOYPA_NATS_SERVERS", "n1,n2")
    monkeypatch.setenv("LOYPA_LEDGER_URL", "postgresql://loypa@db/{service}")
    monkeypatch.setenv("LOYPA_REPLICAS", "3")
    monkeypatch.setenv("LOYPA_CREDENTIALS", "/run/credentials")
    settings = Settings.read()
    assert not settings.embedded
    assert settings.nats == ("nats://n1:4222", "nats://n2:4222")
    assert settings.nats_servers == ("n1", "n2")
    assert settings.ledger("intake") == "postgresql://loypa@db/intake"
    assert settings.replicas == 3
    assert settings.credentials_directory == Path("/run/credentials")


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOYPA_DATA", "/elsewhere")
    assert Settings.read(data=tmp_path).data == tmp_path
    assert Settings.read().data == Path("/elsewhere")


def test_a_mounted_secret_is_read_and_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "loypa_ledger_url").write_text("postgresql://loypa:hemmeleg@db/{service}\n")
    monkeypatch.setattr(module, "SECRETS", tmp_path)
    settings = Settings.read()
    assert settings.ledger("intake") == "postgresql://loypa:hemmeleg@db/intake"
    assert "hemmeleg" not in repr(settings)
    assert "hemmeleg" not in settings.model_dump_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOYPA_REPLICAS", "2"), ("LOYPA_SYNC", "sometimes"), ("LOYPA_NATS_PORT", "70000"), ("LOYPA_LOG_LEVEL", "LOUD")],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.removeprefix("LOYPA_").lower()):
        Settings.read()


def test_a_certificate_authority_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Settings.read(data=tmp_path, tls_ca=tmp_path / "ca.pem").tls()
    context = Settings.read(data=tmp_path, tls_ca=ssl.get_default_verify_paths().cafile).tls()
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
