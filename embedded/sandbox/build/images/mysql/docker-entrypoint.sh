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

# A directory in the making has the file .new, and .made once the server has given root its password. A start that is
# killed in between is begun again by the next one.
if [ -e "$data/.made" ]; then rm -f "$data/.new" "$data/.made"; fi
if [ ! -d "$data/mysql" ] || [ -e "$data/.new" ]; then
  if [ -z "${MYSQL_ROOT_PASSWORD:-}" ]; then
    echo "There is no database in $data yet: set MYSQL_ROOT_PASSWORD, for its root." >&2
    exit 1
  fi
  touch "$data/.new"
  # The image brings the system tables, since making them takes long on slow storage.
  cp -R /usr/share/mysql/prepared/. "$data"
  password=$(printf '%s' "$MYSQL_ROOT_PASSWORD" | sed "s/'/''/g")
  # The server runs this before it answers anybody. It takes one line for one statement.
  cat > /tmp/first.sql <<END
SET sql_mode = NO_BACKSLASH_ESCAPES;
ALTER USER root@localhost IDENTIFIED BY '$password';
CREATE USER root@'%' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
SELECT 1 INTO OUTFILE '$data/.made';
END
  set -- "$@" --init-file=/tmp/first.sql
fi
exec "$@"
