// Command pause is the process that holds a pod's namespaces open. It must not listen on any port: it shares the pod's
// network with the containers.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
}
