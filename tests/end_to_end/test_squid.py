"""A real Squid asks the helper: listed pages get a page of ours, the rest of their host passes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.end_to_end.conftest import eventually, free_port

HOME = """\
household: {{time_zone: Europe/Berlin, country: DE, language: fr}}
upstreams: [{{address: 9.9.9.9}}]
unknown_devices: {{profile: none}}
lists:
  bundled: none
  sources:
    - {{name: The Watch, path: {urls}, kind: iwf}}
"""
SQUID = """\
http_port 127.0.0.1:{port}
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
coredump_dir {folder}
cache deny all
pinger_enable off
shutdown_lifetime 0 seconds
error_directory {folder}/errors
external_acl_type guardian ttl=0 cache=0 concurrency=50 children-max=1 %URI {helper}
acl listed external guardian
acl was_listed note guardian listed
http_access deny listed
http_access allow localhost
deny_info 403:ERR_GUARDIAN listed
access_log stdio:{folder}/access.log squid !was_listed
"""
REWRITE = """\
url_rewrite_program {helper}
url_rewrite_children 1 startup=1 concurrency=50
http_access allow localhost
access_log none
"""


class Origin(BaseHTTPRequestHandler):
    """A web server that has every page."""

    def do_GET(self) -> None:
        content = f"the page {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Proxy:
    """A Squid, and the origin behind it."""

    folder: Path
    port: int
    origin: int
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page, as a browser behind the proxy has them."""
        handler = urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{self.port}"})

        class Stays(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        opener = urllib.request.build_opener(handler, Stays)
        try:
            with opener.open(f"http://127.0.0.1:{self.origin}{path}", timeout=20) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers.get("Location", "") + problem.read().decode()


def compiled(folder: Path, urls: str) -> None:
    (folder / "urls.txt").write_text(urls)
    command = [sys.executable, "-m", "guardian.cli.main", "lists", "update"]
    command += ["--config", str(folder / "home.yaml"), "--state", str(folder / "state")]
    subprocess.run(command, check=True, capture_output=True)


def not_root() -> list[str]:
    """A command that runs another one as nobody special, where we are root: Squid refuses to be.

    What is ours stays ours in there, the Python in a home folder too, which its own user could not
    run.
    """
    if os.getuid() != 0:
        return []
    command = ["unshare", "--user", "--map-user=13", "--map-group=13"]
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("Squid does not run as root, and this machine has no user namespaces")
    return command


@pytest.fixture
def origin() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def started(folder: Path, origin: int, conf: str, *options: str) -> Proxy:
    squid = shutil.which("squid") or "/usr/sbin/squid"
    if not Path(squid).exists():
        pytest.skip("squid is not installed")
    (folder / "home.yaml").write_text(HOME.format(urls=folder / "urls.txt"))
    compiled(
        folder,
        f"http://127.0.0.1:{origin}/listed/page?a=b%20c\nhttp://127.0.0.1:{origin}/it's\n",
    )
    (folder / "errors").mkdir()
    command = [sys.executable, "-m", "guardian.cli.main", "url-helper"]
    page = subprocess.run(
        [*command, "page", "--config", str(folder / "home.yaml")], check=True, capture_output=True
    )
    (folder / "errors" / "ERR_GUARDIAN").write_bytes(page.stdout)
    # Squid gives a helper another argv[0], by which Python would not find its environment.
    helper = " ".join(
        ["/usr/bin/env", *command, "squid", "--state", str(folder / "state"), *options]
    )
    port = free_port()
    text = conf.format(folder=folder, port=port, helper=helper)
    (folder / "squid.conf").write_text(text)
    name = f"g{port}"  # of its shared memory
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [*not_root(), squid, "-N", "-n", name, "-f", str(folder / "squid.conf")],
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    eventually(lambda: is_open(port))
    return Proxy(folder, port, origin, process)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def stopped(proxy: Proxy) -> None:
    proxy.process.send_signal(signal.SIGTERM)
    try:
        proxy.process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(proxy.process.pid, signal.SIGKILL)
        proxy.process.wait(5)
    for path in Path("/dev/shm").glob(f"g{proxy.port}-*"):
        path.unlink(missing_ok=True)


@pytest.fixture
def proxy(tmp_path: Path, origin: int) -> Iterator[Proxy]:
    running = started(tmp_path, origin, SQUID)
    yield running
    stopped(running)


def test_a_listed_page_is_not_shown_and_the_rest_of_its_host_is(proxy: Proxy) -> None:
    status, page = proxy.get("/listed/page?a=b%20c")
    assert status == 403
    assert "Cette page n’est pas affichée" in page
    assert "The Watch" in page
    assert "listed" not in page  # neither the address nor a part of it
    assert proxy.get("/x/../listed/p%61ge/?a=b%20c")[0] == 403
    assert proxy.get("/it%27s")[0] == 403
    assert proxy.get("/listed/page") == (200, "the page /listed/page")
    assert proxy.get("/listed/page?a=b%20d")[0] == 200
    assert proxy.get("/") == (200, "the page /")


def test_nobody_writes_down_who_asked_for_a_listed_page(proxy: Proxy) -> None:
    assert proxy.get("/it%27s")[0] == 403
    assert proxy.get("/ordinary")[0] == 200
    log = proxy.folder / "access.log"
    eventually(lambda: log.exists() and "ordinary" in log.read_text())
    told = log.read_text() + (proxy.folder / "cache.log").read_text()
    assert "it%27s" not in told
    assert "it's" not in told


def test_the_helper_follows_the_lists(proxy: Proxy) -> None:
    assert proxy.get("/new")[0] == 200
    compiled(proxy.folder, f"http://127.0.0.1:{proxy.origin}/new\n")
    eventually(lambda: proxy.get("/new")[0] == 403)
    assert proxy.get("/it's")[0] == 200
    (proxy.folder / "state" / "lists" / "urls.gdu").write_bytes(b"damage")
    told = proxy.folder / "cache.log"
    eventually(lambda: proxy.get("/new")[0] == 403 and "stays" in told.read_text())


def test_a_page_of_which_a_list_tells_the_digest_alone(proxy: Proxy) -> None:
    url = f"http://127.0.0.1:{proxy.origin}/hidden/page"
    assert proxy.get("/hidden/page")[0] == 200
    home = proxy.folder / "home.yaml"
    home.write_text(home.read_text().replace("kind: iwf", "kind: iwf, format: hashed"))
    compiled(proxy.folder, f"{sha256(url.encode()).hexdigest()}\n")
    eventually(lambda: proxy.get("/hidden/page")[0] == 403)
    assert proxy.get("/hidden/other")[0] == 200
    assert proxy.get("/it's")[0] == 200


def test_a_rewriting_helper_leads_elsewhere(tmp_path: Path, origin: int) -> None:
    conf = SQUID[: SQUID.index("external_acl_type")] + REWRITE
    proxy = started(tmp_path, origin, conf, "--as", "rewrite", "--to", "http://192.0.2.1/")
    try:
        assert proxy.get("/it's") == (302, "http://192.0.2.1/")
        assert proxy.get("/other") == (200, "the page /other")
    finally:
        stopped(proxy)
