package nodejs

import (
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
)

func TestTheEnginesEndIsNoticed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := grpc.NewServer()
	go func() { _ = engine.Serve(listener) }()

	gone := make(chan struct{})
	const interval = 200 * time.Millisecond
	if err := WatchEngine(t.Context(), listener.Addr().String(), interval, func() { close(gone) }); err != nil {
		t.Fatal(err)
	}
	select {
	case <-gone:
		t.Fatal("an engine that answers was taken for gone")
	case <-time.After(5 * interval):
	}
	engine.Stop()
	select {
	case <-gone:
	case <-time.After(30 * time.Second):
		t.Fatal("the engine's end was not noticed within 30 s")
	}
}
