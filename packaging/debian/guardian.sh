#!/bin/sh
# guardian of the Debian package: its modules lie apart from other packages', and commands of root
# act as the user whom the household belongs to, so that nothing in its folders becomes root's.
set -eu
PYTHONPATH=/usr/share/guardian
PYTHONSAFEPATH=1
PYTHONNOUSERSITE=1
export PYTHONPATH PYTHONSAFEPATH PYTHONNOUSERSITE
case "$(id -u):${1:-}" in
    *:firewall) ;;  # rules of the kernel are root's
    0:*) exec setpriv --reuid=guardian --regid=guardian --init-groups -- \
        /usr/bin/python3 -m guardian.cli.main "$@" ;;
esac
exec /usr/bin/python3 -m guardian.cli.main "$@"
