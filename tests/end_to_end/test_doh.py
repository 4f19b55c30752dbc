"""DNS over HTTPS and QUIC as devices use it: kdig, curl, Chromium and a reverse proxy."""

import json
import os
import re
import ssl
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from dnslib import DNSRecord

from guardian.dns.streams import once
from guardian.dns.upstream import Target, Transport
from guardian.names import to_wire
from tests.end_to_end.conftest import Running, eventually, free_port, lived_in
from tests.end_to_end.test_dot import NAME
from tests.programs import program, running

HOUSEHOLD = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
encrypted:
  name: {name}
  https: ["127.0.0.1:{https}"]
  behind_proxy: ["127.0.0.1:{behind}"]
  proxies: [127.0.0.1]
  {quic}
upstreams:
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
  - {{address: 127.0.0.1, port: {upstream}}}
local: {{records: {{here.home.arpa: 127.0.0.1}}}}
lists: {{bundled: none, sources: [{{name: house, path: house.txt, category: house-ads}}]}}
profiles: {{child: {{block: [house-ads]}}, adult: {{block: []}}}}
people:
  - name: Lina
    age_band: 6-8
    profile: child
    devices: [127.0.0.2, 192.0.2.77, "id:lina-tablet"]
  - {{name: Ana, age_band: adult, profile: adult, devices: [127.0.0.3]}}
unknown_devices: {{profile: adult}}
{rest}
"""


@dataclass(frozen=True)
class Ports:
    """Where one household answers."""

    https: int
    behind: int
    quic: int
    home: Running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, upstream: int) -> Iterator[Ports]:
    folder = tmp_path_factory.mktemp("doh")
    port, web, https, behind, quic = (free_port() for _ in range(5))
    (folder / "house.txt").write_text("ads.test\n")
    config = folder / "home.yaml"
    has_quic = find_spec("aioquic") is not None
    config.write_text(
        HOUSEHOLD.format(
            port=port, web=web, https=https, behind=behind, upstream=upstream, name=NAME,
            quic=f'quic: ["127.0.0.1:{quic}"]' if has_quic else "",
            rest="resolver: {run_as: nobody}" if os.getuid() == 0 else "",
        )
    )  # fmt: skip
    with lived_in(config, folder / "state", port, web, web) as running:
        eventually(lambda: certificate_of(https))
        yield Ports(https, behind, quic, running)


def certificate_of(port: int) -> str:
    try:
        return ssl.get_server_certificate(("127.0.0.1", port), timeout=10)
    except OSError:
        return ""


def kdig(home: Ports, transport: str, port: int, *more: str) -> str:
    ca = home.home.state.parent / "ca.pem"
    ca.write_text(certificate_of(home.https))
    command = [program("kdig"), "@127.0.0.1", "-p", str(port), f"+tls-ca={ca}"]
    command += [f"+tls-hostname={NAME}", transport, "+retry=0", "+timeout=20", *more]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def curl(*words: str, client: str = "127.0.0.1") -> tuple[str, bytes]:
    """The head of the last response, and its body."""
    command = [program("curl"), "--silent", "--insecure", "--include", "--max-time", "30"]
    done = subprocess.run(
        [*command, "--interface", client, *words], capture_output=True, check=False
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    return head.decode(), body


def query(qname: str) -> str:
    record = DNSRecord.question(qname)
    record.header.id = 0
    return urlsafe_b64encode(bytes(record.pack())).decode().rstrip("=")


def addresses(wire: bytes) -> list[str]:
    return [str(each.rdata) for each in DNSRecord.parse(wire).rr]


@pytest.mark.parametrize("transport", ["+https", "+https-get"])
def test_kdig_verifies_the_name_and_gets_padded_answers(home: Ports, transport: str) -> None:
    said = kdig(home, transport, home.https, "+padding", "www.open.test", "A")
    assert "192.0.2.1" in said
    assert "status: 200" in said
    assert int(re.findall(r"Received (\d+) B", said)[0]) % 468 == 0


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_curl_gets_the_answer_and_how_long_it_holds(home: Ports, version: str) -> None:
    url = f"https://127.0.0.1:{home.https}/dns-query?dns="
    head, body = curl(version, url + query("www.open.test"), client="127.0.0.2")
    assert addresses(body) == ["192.0.2.1"]
    assert int(re.findall(r"cache-control: private, max-age=(\d+)", head)[0]) <= 300
    head, body = curl(version, url + query("ads.test"), client="127.0.0.2")
    assert addresses(body) == ["0.0.0.0"]
    assert int(re.findall(r"cache-control: private, max-age=(\d+)", head)[0]) <= 60
    assert addresses(curl(version, url + query("ads.test"), client="127.0.0.3")[1]) != ["0.0.0.0"]
    assert "404" in curl(version, f"https://127.0.0.1:{home.https}/")[0].splitlines()[0]
    head, _ = curl(version, "--request", "DELETE", f"https://127.0.0.1:{home.https}/dns-query")
    assert "405" in head.splitlines()[0]
    assert "allow: GET, HEAD, POST" in head


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_a_path_names_a_device_until_it_is_revoked(home: Ports, version: str) -> None:
    said = home.home.run("addresses", "id:lina-tablet")
    path = re.findall(r"https://[^/ ]+(/dns/[a-z2-7]{26})", said)[0]
    url = f"https://127.0.0.1:{home.https}{path}?dns={query('ads.test')}"
    eventually(lambda: "200" in curl(version, url)[0].partition("\r\n")[0])
    assert addresses(curl(version, url)[1]) == ["0.0.0.0"]
    assert addresses(curl(version, url.replace(path, "/dns-query"))[1]) != ["0.0.0.0"]
    home.home.run("addresses", "id:lina-tablet", "--revoke")
    eventually(lambda: "404" in curl(version, url)[0].partition("\r\n")[0])


def test_a_name_tells_a_device_over_quic_until_it_is_revoked(home: Ports) -> None:
    pytest.importorskip("aioquic", reason="the extra guardian[quic] is not installed")
    said = home.home.run("addresses", "id:lina-tablet")
    name = re.findall(rf"[a-z2-7]{{26}}\.{re.escape(NAME)}", said)[0]
    eventually(lambda: over_quic(home, name, "ads.test") == ["0.0.0.0"])
    assert over_quic(home, NAME, "ads.test") != ["0.0.0.0"]
    home.home.run("addresses", "id:lina-tablet", "--revoke")
    eventually(lambda: over_quic(home, name, "ads.test") != ["0.0.0.0"])


def over_quic(home: Ports, name: str, qname: str) -> list[str]:
    target = Target(
        ("127.0.0.1", home.quic), Transport.QUIC, name, authorities=certificate_of(home.https)
    )
    question, wire = once.ask(target, to_wire(qname), 1, 20)
    assert wire.startswith(question, 10)
    return addresses(b"\0\0" + wire)


def test_who_comes_by_tcp_is_told_where_http3_is_but_not_through_a_proxy(home: Ports) -> None:
    pytest.importorskip("aioquic", reason="the extra guardian[quic] is not installed")
    asked = f"/dns-query?dns={query('www.open.test')}"
    for version in ("--http1.1", "--http2"):
        head, _ = curl(version, f"https://127.0.0.1:{home.https}{asked}")
        assert f'alt-svc: h3=":{home.quic}"; ma=3600' in head
    head, _ = curl(f"http://127.0.0.1:{home.behind}{asked}")
    assert "200" in head
    assert "alt-svc" not in head


def test_curl_looks_names_up_by_it(home: Ports) -> None:
    with page() as port:
        doh = f"https://127.0.0.1:{home.https}/dns-query"
        where = f"http://here.home.arpa:{port}/"
        assert curl("--doh-insecure", "--doh-url", doh, where)[1] == b"hello"


@contextmanager
def page() -> Iterator[int]:
    """A page that says hello; its port."""

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_chromium_looks_names_up_by_it(home: Ports, tmp_path: Path) -> None:
    template = f"https://127.0.0.1:{home.https}/dns-query{{?dns}}"
    profile = tmp_path / "profile"
    profile.mkdir()
    wish = {"dns_over_https": {"mode": "secure", "templates": template}}
    (profile / "Local State").write_text(json.dumps(wish))
    with page() as port:
        command = [program("chromium"), "--headless=new", "--no-sandbox", "--disable-gpu"]
        command += [f"--user-data-dir={profile}", "--ignore-certificate-errors", "--dump-dom"]
        done = subprocess.run(
            [*command, f"http://here.home.arpa:{port}/"],
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
    assert "hello" in done.stdout, done.stderr[-2000:]


@pytest.mark.parametrize("version", ["--http1.1", "--http2-prior-knowledge"])
def test_a_proxy_says_for_whom_it_asks(home: Ports, version: str) -> None:
    url = f"http://127.0.0.1:{home.behind}/dns-query?dns={query('ads.test')}"
    told = "x-forwarded-for: 198.51.100.1, 192.0.2.77"
    assert addresses(curl(version, "--header", told, url)[1]) == ["0.0.0.0"]
    assert addresses(curl(version, url)[1]) != ["0.0.0.0"]
    # Another one, even on the same machine, is not believed.
    assert addresses(curl(version, "--header", told, url, client="127.0.0.3")[1]) != ["0.0.0.0"]


def test_nginx_asks_for_each_device_as_the_page_says(home: Ports, tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "encrypted.md"
    told = re.findall(r"```nginx\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[0]
    location, port = told.replace("127.0.0.1:8053", f"127.0.0.1:{home.behind}"), free_port()
    (tmp_path / "nginx.conf").write_text(f"""
daemon off;
master_process off;
pid {tmp_path}/pid;
error_log {tmp_path}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {tmp_path}/body;
    proxy_temp_path {tmp_path}/proxy;
    fastcgi_temp_path {tmp_path}/fastcgi;
    uwsgi_temp_path {tmp_path}/uwsgi;
    scgi_temp_path {tmp_path}/scgi;
    server {{ listen 127.0.0.1:{port}; {location} }}
}}
""")
    url = f"http://127.0.0.1:{port}/dns-query?dns={query('ads.test')}"
    with running([program("nginx"), "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]):
        eventually(lambda: "200" in curl(url)[0].partition("\r\n")[0])
        assert addresses(curl(url, client="127.0.0.2")[1]) == ["0.0.0.0"]
        assert addresses(curl(url, client="127.0.0.3")[1]) != ["0.0.0.0"]
        lied = ("--header", "x-forwarded-for: 127.0.0.3")
        assert addresses(curl(*lied, url, client="127.0.0.2")[1]) == ["0.0.0.0"]


@pytest.mark.skipif(find_spec("aioquic") is None, reason="guardian[quic] is not installed")
def test_kdig_asks_over_quic(home: Ports) -> None:
    said = kdig(home, "+quic", home.quic, "www.open.test", "A")
    assert "192.0.2.1" in said
    assert "QUIC session" in said
    assert "0.0.0.0" in kdig(home, "+quic", home.quic, "-b", "127.0.0.2", "ads.test", "A")


def test_a_resolver_that_serves_no_https_loads_nothing_of_it() -> None:
    script = "import guardian.service.resolver, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not {*done.stdout.split()} & {"h11", "hpack", "aioquic", "cryptography"}
