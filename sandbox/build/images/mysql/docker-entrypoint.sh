#!/bin/sh
# As the official images of MySQL and MariaDB: the first start makes a data directory whose root has the password that is
# in MYSQL_ROOT_PASSWORD, and every start runs the server as the user mysql; anything else runs as it is.
set -eu
umask 077
data=/var/lib/mysql
case ${1:-} in
  '' | -*) set -- mariadbd "$@" ;;
  mysqld) shift && set -- mariadbd "$@" ;;
esac
if [ "$1" != mariadbd ]; then exec "$@"; fi
if [ "$(id -u)" = 0 ]; then
  chown mysql:mysql "$data"
  exec setpriv --reuid=mysql --regid=mysql --clear-groups "$0" "$@"
fi

if [ ! -d "$data/mysql" ]; then
  if [ -z "${MYSQL_ROOT_PASSWORD:-}" ]; then
    echo "There is no database in $data yet: set MYSQL_ROOT_PASSWORD, for its root." >&2
    exit 1
  fi
  # The image brings the system tables. They get their password on the container's own disk, which is faster than a volume.
  new=$(mktemp -d)
  cp -R /usr/share/mysql/prepared/. "$new"
  password=$(printf '%s' "$MYSQL_ROOT_PASSWORD" | sed "s/'/''/g")
  mariadbd --bootstrap --datadir="$new" <<END
SET sql_mode = NO_BACKSLASH_ESCAPES;
FLUSH PRIVILEGES;
ALTER USER root@localhost IDENTIFIED BY '$password';
CREATE USER root@'%' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
END
  # The folder mysql comes last, and whole: a start that is killed before leaves none, and the next one begins anew.
  mv "$new/mysql" "$new.mysql"
  cp -R "$new/." "$data"
  rm -rf "$data/.mysql"
  cp -R "$new.mysql" "$data/.mysql"
  mv "$data/.mysql" "$data/mysql"
  rm -r "$new" "$new.mysql"
fi
exec "$@"
