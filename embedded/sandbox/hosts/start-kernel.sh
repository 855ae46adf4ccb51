#!/bin/bash
# Boots a guest's kernel: start-kernel.sh ARGUMENT...
#
# A guest that is rebooted starts the program again by which its kernel was started, in the same process and with all that the
# old kernel had open: its network card among it, which the new one could then not open. So that program is this one, and
# closes what is left over.
set -eu

# The shell itself reads this file through 255, and closes that when it is replaced.
for path in /proc/self/fd/*; do
  descriptor=${path##*/}
  if ((descriptor > 2 && descriptor != 255)); then exec {descriptor}>&-; fi
done
exec -a "$0" linux.uml "$@"
