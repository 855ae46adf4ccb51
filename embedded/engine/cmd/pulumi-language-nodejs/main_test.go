package main

import (
	"testing"
	"time"

	"storage-lab.example/engine/internal/engine/enginetest"
)

// An engine that was killed makes no further call: only looking after it ends the host.
func TestTheHostEndsWithItsEngine(t *testing.T) {
	address, stop := enginetest.Start(t)

	ended := make(chan error, 1)
	go func() { ended <- serve(address, 200*time.Millisecond) }()
	select {
	case err := <-ended:
		t.Fatalf("the host ended while its engine answered: %v", err)
	case <-time.After(time.Second):
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the host did not end within 30 s of its engine")
	}
}
