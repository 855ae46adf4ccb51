// Command pulumi-language-yaml starts Pulumi programs that are written in YAML. It is Pulumi's own language host, of the
// newest version that the Go module proxy has, with what an engine of today asks for besides. Pulumi's engine runs it as a
// plugin.
//
// It is a module of its own, outside the workspace: it is compiled with the libraries of Pulumi 3.206, and not with later
// ones.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/pulumi/pulumi-yaml/pkg/server"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

func main() {
	tracing := flag.String("tracing", "", "address of a server that collects traces")
	flag.String("root", "", "ignored: engines of before name the project's folder with it")
	flag.Parse()
	if err := serve(flag.Arg(0), *tracing); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-yaml:", err)
		os.Exit(1)
	}
}

// serve ends when it is interrupted, or with the engine that has started it.
func serve(engine, tracing string) error {
	ended, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	end := make(chan bool)
	context.AfterFunc(ended, func() { close(end) })
	go func() {
		for parent := os.Getppid(); os.Getppid() == parent; time.Sleep(time.Second) {
		}
		stop()
	}()
	served, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: end,
		Init: func(registrar *grpc.Server) error {
			// Schemas come from the engine, which has started the packages' plugins anyhow.
			pulumirpc.RegisterLanguageRuntimeServer(registrar, host{server.NewLanguageHost(engine, tracing, true)})
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(served.Port) // the engine reads it as the first line
	return <-served.Done
}

// host adds the calls that are newer than the version it is made of.
type host struct {
	pulumirpc.LanguageRuntimeServer
}

// Link has nothing to do: a YAML program knows a package by its name in Pulumi.yaml. Engines of before 3.207 or so knew
// that of themselves; later ones ask.
func (host) Link(context.Context, *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	return &pulumirpc.LinkResponse{}, nil
}
