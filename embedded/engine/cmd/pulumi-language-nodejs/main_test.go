package main

import (
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
)

// An engine that was killed makes no further call: only looking after it ends the host.
func TestTheHostEndsWithItsEngine(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := grpc.NewServer()
	go func() { _ = engine.Serve(listener) }()

	ended := make(chan error, 1)
	go func() { ended <- serve(listener.Addr().String(), 200*time.Millisecond) }()
	select {
	case err := <-ended:
		t.Fatalf("the host ended while its engine answered: %v", err)
	case <-time.After(time.Second):
	}
	engine.Stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the host did not end within 30 s of its engine")
	}
}
