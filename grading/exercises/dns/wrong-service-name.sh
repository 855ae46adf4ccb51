#!/usr/bin/env bash
# serviceName of the StatefulSet says another name than the Service has.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

SERVICE_NAME=redis redis store 2 "" | apply
service store "clusterIP: None, selector: { app: store }" | apply
rolled_out store
