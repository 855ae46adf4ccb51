package main

import (
	"flag"
	"fmt"
	"strings"

	"k8s.io/klog/v2"
)

// settings are the flags, checked.
type settings struct {
	endpoint, node, driver string
	// mode of the volumes' directories where the class has none, 0 for any.
	mode uint32
	// folder in which the controller mounts shares.
	folder string
	// onDelete is what becomes of a directory where the class does not say so.
	onDelete       string
	replaceArchive bool
	// kubeletPath is the path of the driver's socket as the kubelet sees it, and registry the folder in which the kubelet
	// looks for drivers. Without the first, there is no registration.
	kubeletPath, registry string
	// health is the address for liveness probes, empty for none.
	health string
}

// settingsFrom reads the flags. Those up to remove-archived-volume-path are the ones of csi-driver-nfs, then come those of
// the sidecars node-driver-registrar and livenessprobe, and klog's, such as -v.
func settingsFrom(arguments []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("csi-nfs", flag.ContinueOnError)
	klog.InitFlags(flags)
	flags.StringVar(&s.endpoint, "endpoint", "unix://tmp/csi.sock", "socket of the driver: unix://PATH or tcp://HOST:PORT")
	flags.StringVar(&s.node, "nodeid", "", "name of the node")
	flags.StringVar(&s.driver, "drivername", "nfs.csi.k8s.io", "name of the driver")
	flags.StringVar(&s.folder, "working-mount-dir", "/tmp", "folder in which the controller mounts shares")
	flags.StringVar(&s.onDelete, "default-ondelete-policy", "", "onDelete of classes that have none: delete, retain or archive (default delete)")
	mode := flags.Uint64("mount-permissions", 0, "mode of the volumes' directories where the class has no mountPermissions; 0 for any")
	flags.BoolVar(&s.replaceArchive, "remove-archived-volume-path", false, "delete an older archive of the same name")
	flags.StringVar(&s.kubeletPath, "kubelet-registration-path", "", "path of the driver's socket on the host; without it, the kubelet is told nothing")
	flags.StringVar(&s.registry, "plugin-registration-path", "/registration", "where the kubelet's folder plugins_registry is mounted")
	flags.StringVar(&s.health, "http-endpoint", "", "address that answers liveness probes at /healthz")
	if err := flags.Parse(arguments); err != nil {
		return settings{}, err
	}
	if flags.NArg() > 0 {
		return settings{}, fmt.Errorf("not understood: %s", strings.Join(flags.Args(), " "))
	}
	if *mode > 0o7777 {
		return settings{}, fmt.Errorf("--mount-permissions is %o, not a mode such as 0770", *mode)
	}
	s.mode = uint32(*mode)
	_, err := policyOf(s.onDelete, "")
	if err != nil {
		err = fmt.Errorf("--default-ondelete-policy: %w", err)
	}
	return s, err
}

// networkAddress splits an endpoint.
func networkAddress(endpoint string) (network, address string, err error) {
	network, address, _ = strings.Cut(endpoint, "://")
	network = strings.ToLower(network)
	switch {
	case address == "", network != "unix" && network != "tcp":
		return "", "", fmt.Errorf("--endpoint is %q: take unix://PATH or tcp://HOST:PORT", endpoint)
	case network == "unix":
		return network, "/" + strings.TrimLeft(address, "/"), nil
	}
	return network, address, nil
}
