// Command pulumi-language-nodejs starts Pulumi programs that are written for Node. Pulumi's engine runs it as a plugin.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"storage-lab.example/mirror/internal/edition"
	"storage-lab.example/mirror/internal/nodejs"
)

func main() {
	edition.AnswerVersion(edition.NodeJS)
	flag.String("tracing", "", "ignored: this language host does not trace")
	flag.Parse()
	if err := serve(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}

func serve(engine string) error {
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: nodejs.EndWith(interrupted),
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, nodejs.NewHost(engine, stop))
			return nil
		},
		Options: edition.NameRefusals("pulumi-language-nodejs"),
	})
	if err != nil {
		return err
	}
	fmt.Println(server.Port) // the engine reads it as the first line
	return <-server.Done
}
