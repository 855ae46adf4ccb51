package engine

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"storage-lab.example/engine/internal/engine/enginetest"
)

func TestTheEnginesEndIsNoticed(t *testing.T) {
	address, stop := enginetest.Start(t)

	gone := make(chan struct{})
	const interval = 200 * time.Millisecond
	if err := Watch(t.Context(), address, interval, func() { close(gone) }); err != nil {
		t.Fatal(err)
	}
	select {
	case <-gone:
		t.Fatal("an engine that answers was taken for gone")
	case <-time.After(5 * interval):
	}
	stop()
	select {
	case <-gone:
	case <-time.After(30 * time.Second):
		t.Fatal("the engine's end was not noticed within 30 s")
	}
}

// plugin is the environment variable that makes this test's program a plugin which works for ever.
const plugin = "STORAGE_LAB_TEST_PLUGIN"

func TestMain(m *testing.M) {
	if os.Getenv(plugin) != "" {
		if err := ExitAfter(os.Args[1:], 100*time.Millisecond); err != nil {
			panic(err)
		}
		select {}
	}
	os.Exit(m.Run())
}

func TestAPluginEndsAfterItsEngine(t *testing.T) {
	address, stop := enginetest.Start(t)
	command := exec.CommandContext(t.Context(), os.Args[0], "--tracing", "", address)
	command.Env = append(os.Environ(), plugin+"=1")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		t.Fatalf("it ended while its engine answered: %v", err)
	case <-time.After(time.Second):
	}
	stop()
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Fatalf("it ended with %v, not with exit code 1", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it did not end within 30 s of its engine")
	}
}
