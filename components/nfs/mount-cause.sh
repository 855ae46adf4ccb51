#!/usr/bin/env bash
# What mount's words mean. Values: SERVER, EXPORT_PATH.

# mount_cause WORDS OPTIONS: prints the plain cause; the same table as in mount-cause.ts, the first that fits.
mount_cause() {
  case $1 in
    *'bad option'* | *'helper program'* | *'mount.nfs: not found'* | *'executable file not found'*)
      echo "There is no mount helper for NFS (/sbin/mount.nfs) on this host: install nfs-common or nfs-utils there" ;;
    *'unknown filesystem'* | *'No such device'*) echo "The kernel of this host has no NFS client" ;;
    *'incorrect mount option'* | *'invalid mount option'* | *'parsing error'* | *'Invalid argument'*)
      echo "The mount options ${2:-none given} are not known on this host: one is misspelled, or has a wrong value" ;;
    *[Pp]'rotocol not supported'* | *[Pp]'rotocol is not supported'* | *[Pp]'rotocol family not supported'* | *'Operation not supported'*)
      echo "$SERVER does not speak the version of NFS, or the protocol, that is asked for (${2:-none given})" ;;
    *statd*)
      echo "rpc.statd, which locks over NFSv3 need, does not run on this host: start it, or mount with nolock or NFSv4" ;;
    *'not permitted'*)
      echo "Not permitted: $SERVER has $EXPORT_PATH, and refuses the mount. Either the requests of this host come from a port above" \
        "1023, as from behind NAT or out of a container (the export option insecure admits them), or this host is itself a" \
        "container that may not mount" ;;
    *'access denied'* | *'Permission denied'*)
      echo "Access denied by server: $SERVER does not export $EXPORT_PATH to this host, or exports no such folder. Add the address of" \
        "this host to the export's clients, or correct the path" ;;
    # NFSv4 hides an export from a host that may not have it.
    *'No such file or directory'*) echo "$SERVER exports no $EXPORT_PATH, or not to this host" ;;
    *'Connection refused'*)
      echo "$SERVER refused the connection: the NFS server does not run there, or a firewall rejects it" ;;
    *'No route to host'* | *'Network is unreachable'*) echo "There is no route from this host to $SERVER, or it is down" ;;
    *'not known'* | *'name resolution'* | *'Failed to resolve server'* | *'temporarily unavailable'*)
      echo "The name $SERVER cannot be resolved on this host" ;;
    *'Read-only file system'*) echo "$SERVER exports $EXPORT_PATH read-only to this host" ;;
    *'Stale file handle'*) echo "The directory $EXPORT_PATH that was mounted from $SERVER is gone" ;;
    *'timed out'* | *'deadline exceeded'*)
      echo "$SERVER did not answer in time when $EXPORT_PATH was mounted: it is down, or a firewall drops the packets" ;;
    *) echo "$SERVER:$EXPORT_PATH cannot be mounted on this host (mount options: ${2:-none given})" ;;
  esac
}
