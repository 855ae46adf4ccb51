#!/bin/sh
# Makes the system tables of a new data directory: prepare.sh TREE ROOT, the packages' files and the image's.
set -eu
tree=$1 root=$2
prepared=/usr/share/mysql/prepared
mkdir -m 700 "$root$prepared"
chroot "$root" chown mysql:mysql "$prepared"
cd "$tree/usr/share/mysql"
{
  echo 'CREATE DATABASE mysql;'
  echo 'USE mysql;'
  cat mysql_system_tables.sql mysql_performance_tables.sql mysql_system_tables_data.sql
  # They also name the machine that they are made on, and let its root in without a password.
  echo "DELETE FROM global_priv WHERE User = 'root' AND Host <> 'localhost';"
  echo "DELETE FROM proxies_priv WHERE Host <> 'localhost';"
} | chroot "$root" mariadbd --bootstrap --user=mysql --datadir="$prepared"
