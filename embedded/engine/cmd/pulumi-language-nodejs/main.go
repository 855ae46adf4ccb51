// Command pulumi-language-nodejs starts Pulumi programs that are written for Node. Pulumi's engine runs it as a plugin.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"storage-lab.example/engine/internal/edition"
	"storage-lab.example/engine/internal/engine"
	"storage-lab.example/engine/internal/nodejs"
)

func main() {
	edition.AnswerVersion(edition.NodeJS)
	flag.String("tracing", "", "ignored: this language host does not trace")
	flag.String("root", "", "ignored: older engines name the project's folder with it")
	flag.Parse()
	if err := serve(flag.Arg(0), 10*time.Second); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}

// serve ends when it is interrupted or the engine at an address no longer answers; it looks every interval.
func serve(address string, interval time.Duration) error {
	if address == "" {
		return errors.New("no engine's address was given; this program is a plugin: run pulumi, which starts it")
	}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ended, end := context.WithCancel(interrupted)
	defer end()
	if err := engine.Watch(ended, address, interval, end); err != nil {
		return err
	}
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: nodejs.EndWith(ended),
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, nodejs.NewHost(address))
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
