// Package enginetest stands in for a Pulumi engine that plugins watch.
package enginetest

import (
	"net"
	"testing"

	"google.golang.org/grpc"
)

// Start serves at a free port of this machine until stop is called.
func Start(t *testing.T) (address string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := grpc.NewServer()
	go func() { _ = engine.Serve(listener) }()
	return listener.Addr().String(), engine.Stop
}
