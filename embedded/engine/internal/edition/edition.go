// Package edition tells the programs of this module apart from Pulumi's official ones.
package edition

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Mark ends the version of every program of this module. It is build metadata in the sense of semantic versioning, so
// the engine takes such a version as equal to the official one.
const Mark = "+storage-lab-mirror"

// Versions of the official plugins whose part these programs play.
const (
	NodeJS     = "3.259.0" + Mark
	Command    = "1.2.1" + Mark
	Kubernetes = "4.32.0" + Mark
)

// AnswerVersion prints the version and ends the program when that is all that was asked for.
func AnswerVersion(version string) {
	for _, argument := range os.Args[1:] {
		if argument == "-version" || argument == "--version" {
			fmt.Println(version)
			os.Exit(0)
		}
	}
}

// Refusal says that this program does not do what was asked, and what does. Its code is the one that the engine knows
// as "not implemented", so that what it only tries stays a try.
func Refusal(what, plugin string) error {
	return status.Errorf(codes.Unimplemented,
		"%s is not in storage-lab's small replacement of the plugin %s: put the official %s on PATH to use it",
		what, plugin, plugin)
}

// NameRefusals turns gRPC's own "method not implemented" into a Refusal.
func NameRefusals(plugin string) []grpc.ServerOption {
	name := func(method string, err error) error {
		if status.Code(err) != codes.Unimplemented {
			return err
		}
		return Refusal(filepath.Base(method), plugin)
	}
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(
			ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler,
		) (any, error) {
			response, err := next(ctx, request)
			return response, name(info.FullMethod, err)
		}),
		grpc.ChainStreamInterceptor(func(
			server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler,
		) error {
			return name(info.FullMethod, next(server, stream))
		}),
	}
}
