// Command pulumi-resource-command is a provider of the resource command:remote:Command. Pulumi's engine runs it as a
// plugin.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	p "github.com/pulumi/pulumi-go-provider"

	"storage-lab.example/engine/internal/edition"
	"storage-lab.example/engine/internal/engine"
	"storage-lab.example/engine/internal/remote"
)

func main() {
	edition.AnswerVersion(edition.Command)
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-command:", err)
		os.Exit(1)
	}
}

func serve() error {
	if err := engine.ExitAfter(os.Args[1:], 10*time.Second); err != nil {
		return err
	}
	return p.RunProvider(context.Background(), "command", edition.Command, remote.NewProvider())
}
