// Command csi-nfs is the lab's CSI driver for NFS. It stands in for csi-driver-nfs 4.13, which cannot be had from the Go
// module proxy, and has its name, flags, class parameters, volume ids, directories and archives: what works in the sandbox
// works with that image. Where that would give a volume all of a share, or lead out of it, this one refuses instead. It
// also does the work of the sidecars node-driver-registrar and livenessprobe. docs/parity.md lists both, side by side.
//
// It needs mount(8) with the helper mount.nfs, and the right to mount; `csi-nfs --help` lists the flags.
package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/klog/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		klog.ErrorS(err, "The driver has ended")
		klog.FlushAndExit(klog.ExitFlushTimeout, 1)
	}
}

func run(ctx context.Context, arguments []string) error {
	s, err := settingsFrom(arguments)
	if err != nil {
		return err
	}
	m := &mounts{host: linux{}, limits: defaultLimits}
	log := newCallLog(func(line string) { klog.InfoDepth(1, line) })
	return serve(ctx, s, newServer(s, m, log))
}
