// Command pulumi-resource-kubernetes is a Pulumi resource provider for Kubernetes objects. The engine starts it with
// its own address as argument and reads the port from the first line of standard output.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/klog/v2"

	"storage-lab.example/engine/internal/edition"
	"storage-lab.example/engine/internal/engine"
	"storage-lab.example/engine/internal/kubernetes"
)

func main() {
	edition.AnswerVersion(edition.Kubernetes)
	// client-go reports every interrupted watch on standard error, which the engine would show to the user.
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	_ = flags.Set("logtostderr", "false")
	klog.SetOutput(io.Discard)

	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-kubernetes:", err)
		os.Exit(1)
	}
}

func serve() error {
	if err := engine.ExitAfter(os.Args[1:], 10*time.Second); err != nil {
		return err
	}
	return sdk.Main("kubernetes", func(host *sdk.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return kubernetes.New(host), nil
	})
}
