// Command pulumi-resource-kubernetes is a Pulumi resource provider for Kubernetes objects. The engine starts it with
// its own address as argument and reads the port from the first line of standard output.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/klog/v2"

	"storage-lab.example/engine/internal/edition"
	"storage-lab.example/engine/internal/kubernetes"
)

func main() {
	edition.AnswerVersion(edition.Kubernetes)
	// client-go reports every interrupted watch on standard error, which the engine would show to the user.
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	_ = flags.Set("logtostderr", "false")
	klog.SetOutput(io.Discard)

	err := sdk.Main("kubernetes", func(host *sdk.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return kubernetes.New(host), nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
