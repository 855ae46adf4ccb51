// Command provisioner is the lab's NFS subdirectory provisioner. It stands in for the image v4.0.2 of
// kubernetes-sigs/nfs-subdir-external-provisioner, whose module cannot be had from the Go module proxy, and does to volumes
// and directories what that image does, its faults included: what works in the sandbox works with the image. It is never
// better than the image. Where that would take more than one directory of the export, or lead out of it, this one refuses
// instead. docs/parity.md lists both, side by side.
//
// Environment:
//
//	NFS_SERVER              address of the server, written into every volume
//	NFS_PATH                path of the export, mounted at /persistentvolumes
//	PROVISIONER_NAME        the `provisioner` of the storage classes that are served
//	ENABLE_LEADER_ELECTION  "false" for a single replica that need not wait for its lease; default "true"
//	POD_NAMESPACE           where the lease lives; default the namespace of the pod
//	KUBECONFIG              for running outside of a cluster
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// mountPath is where the pod template mounts the export.
const mountPath = "/persistentvolumes"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		klog.ErrorS(err, "The provisioner cannot start")
		klog.FlushAndExit(klog.ExitFlushTimeout, 1)
	}
}

func run(ctx context.Context) error {
	settings, err := settingsFrom(os.Getenv)
	if err != nil {
		return err
	}
	// An empty path stands for the service account of the pod.
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv(clientcmd.RecommendedConfigPathEnvVar))
	if err != nil {
		return fmt.Errorf("no way to the cluster: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	export, err := os.OpenRoot(mountPath)
	if err != nil {
		return fmt.Errorf("the export %s:%s is not mounted: %w", settings.server, settings.path, err)
	}
	defer export.Close()

	provisioner := &provisioner{
		directories: directories{export: export},
		server:      settings.server,
		path:        settings.path,
		classes:     client.StorageV1().StorageClasses(),
	}
	klog.InfoS("Serving storage classes", "provisioner", settings.name, "server", settings.server,
		"path", settings.path, "leaderElection", settings.leaderElection,
		"lease", strings.ReplaceAll(settings.name, "/", "-"))
	controller.NewProvisionController(ctx, client, settings.name, provisioner,
		controller.LeaderElection(settings.leaderElection)).Run(ctx)
	return nil
}

// settings is the environment, checked.
type settings struct {
	server, path, name string
	leaderElection     bool
}

// settingsFrom reads the environment through get and names every variable that is missing.
func settingsFrom(get func(string) string) (settings, error) {
	s := settings{leaderElection: true}
	var missing []string
	for name, value := range map[string]*string{"NFS_SERVER": &s.server, "NFS_PATH": &s.path, "PROVISIONER_NAME": &s.name} {
		if *value = get(name); *value == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return settings{}, fmt.Errorf("not set: %s", strings.Join(missing, ", "))
	}
	if election := get("ENABLE_LEADER_ELECTION"); election != "" {
		var err error
		if s.leaderElection, err = strconv.ParseBool(election); err != nil {
			return settings{}, fmt.Errorf("ENABLE_LEADER_ELECTION is %q, neither true nor false", election)
		}
	}
	return s, nil
}
