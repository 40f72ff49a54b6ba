"""On a daemon's host: HAProxy, which knows the primary from Patroni, and PgBouncer before it."""

import shutil

from node import SITE

PRIMARY, POOL = "127.0.0.1:5433", "127.0.0.1:6432"


def start(host, folder, nodes):
    """Where the daemon is to connect: a pool of the primary's connections, and the primary itself, to LISTEN on."""
    servers = "\n".join(f"    server {node.name} {node.address}:5432 check port 8008" for node in nodes.all)
    _run(host, folder, "haproxy", ["/usr/sbin/haproxy", "-f"], f"""
defaults
    mode tcp
    timeout connect 2s
    timeout check 2s
    timeout client 1d
    timeout server 1d
listen primary
    bind {PRIMARY}
    option httpchk GET /primary
    http-check expect status 200
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
""")
    users = folder / "users"
    users.write_text('"resetd" ""\n')
    shutil.chown(users, "postgres")
    address, port = POOL.split(":")
    to, at = PRIMARY.split(":")
    _run(host, folder, "pgbouncer", ["/usr/sbin/pgbouncer"], f"""
[databases]
{SITE} = host={to} port={at}
[pgbouncer]
listen_addr = {address}
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
; While there is no primary a statement is refused soon, and made again by who knows what it was for.
query_wait_timeout = 5
server_login_retry = 1
""")
    return {
        "url": f"postgresql://resetd@{POOL}/{SITE}", "pooled": True, "listenURL": f"postgresql://resetd@{PRIMARY}/{SITE}"}


def _run(host, folder, name, command, settings):
    file = folder / f"{name}.conf"
    file.write_text(settings)
    shutil.chown(file, "postgres")
    host.start([*command, file], folder / f"{name}.log")
