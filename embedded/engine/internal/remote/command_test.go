package remote

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
)

func inputs(server *sshServer) CommandInputs {
	return CommandInputs{
		Connection: &Connection{Endpoint: server.endpoint()},
		Create:     new("make"),
		Delete:     new("unmake"),
	}
}

func create(t *testing.T, in CommandInputs) (infer.CreateResponse[CommandState], error) {
	t.Helper()
	return Command{}.Create(t.Context(), infer.CreateRequest[CommandInputs]{Name: "one", Inputs: in})
}

// says fails the test unless the error has all the words.
func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is not in: %v", word, err)
		}
	}
}

func TestCreateUpdateDelete(t *testing.T) {
	server := startServer(t, func(s *serverSession) uint32 {
		stdin, _ := io.ReadAll(s)
		_, _ = fmt.Fprintf(s, "%s read %q\n", s.command, stdin)
		_, _ = fmt.Fprintf(s.Stderr(), "%s warns\n", s.command)
		return 0
	})
	in := inputs(server)
	in.Stdin = new("script")
	created, err := create(t, in)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(created.ID, "one") || len(created.ID) != len("one")+8 {
		t.Errorf("id %q is not the name and eight digits", created.ID)
	}
	if want := (Output{Stdout: `make read "script"`, Stderr: "make warns"}); created.Output.Output != want {
		t.Errorf("output of create is %+v, not %+v", created.Output.Output, want)
	}

	again, err := Command{}.Update(t.Context(),
		infer.UpdateRequest[CommandInputs, CommandState]{State: created.Output, Inputs: in})
	if err != nil {
		t.Fatal(err)
	}
	in.Update = new("change")
	changed, err := Command{}.Update(t.Context(),
		infer.UpdateRequest[CommandInputs, CommandState]{State: again.Output, Inputs: in})
	if err != nil {
		t.Fatal(err)
	}
	if want := `change read "script"`; changed.Output.Stdout != want {
		t.Errorf("output of update is %q, not %q", changed.Output.Stdout, want)
	}
	if _, err := (Command{}).Delete(t.Context(), infer.DeleteRequest[CommandState]{State: changed.Output}); err != nil {
		t.Fatal(err)
	}
	if got, want := server.commands(), []string{"make", "make", "change", "unmake"}; !slices.Equal(got, want) {
		t.Errorf("commands were %q, not %q", got, want)
	}
}

func TestPreviewRunsNothing(t *testing.T) {
	server := startServer(t, func(*serverSession) uint32 { return 0 })
	_, err := Command{}.Create(t.Context(),
		infer.CreateRequest[CommandInputs]{Name: "one", Inputs: inputs(server), DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Command{}.Update(t.Context(), infer.UpdateRequest[CommandInputs, CommandState]{
		State: CommandState{CommandInputs: inputs(server)}, Inputs: inputs(server), DryRun: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := server.commands(); len(got) > 0 {
		t.Errorf("a preview ran %q", got)
	}
}

func TestWithoutCommandsNoConnection(t *testing.T) {
	in := inputs(startServer(t, nil))
	in.Create, in.Delete, in.Connection.Host = nil, nil, new("host.invalid")
	created, err := create(t, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Command{}).Delete(t.Context(), infer.DeleteRequest[CommandState]{State: created.Output}); err != nil {
		t.Fatal(err)
	}
}

func TestFailedCommand(t *testing.T) {
	server := startServer(t, func(s *serverSession) uint32 {
		_, _ = fmt.Fprint(s.Stderr(), strings.Repeat("x", 2*lastWords), "\n")
		_, _ = fmt.Fprint(s.Stderr(), "no space left\n")
		return 3
	})
	_, err := create(t, inputs(server))
	says(t, err, "root@"+server.address.String(), "exit status 3", "its last words", "no space left")
	if len(err.Error()) > lastWords+200 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func TestLostConnection(t *testing.T) {
	server := startServer(t, func(s *serverSession) uint32 {
		_ = s.Close()
		return 0
	})
	_, err := create(t, inputs(server))
	says(t, err, "connection was lost", "may still be running")
}

func TestCancelledCommandIsToldSo(t *testing.T) {
	signalled := make(chan string, 1)
	ctx, cancel := context.WithCancel(t.Context())
	server := startServer(t, func(s *serverSession) uint32 {
		cancel()
		signalled <- <-s.signals
		return 143
	})
	_, err := Command{}.Create(ctx, infer.CreateRequest[CommandInputs]{Name: "one", Inputs: inputs(server)})
	says(t, err, "cancelled")
	select {
	case signal := <-signalled:
		if signal != "TERM" {
			t.Errorf("the command got the signal %q", signal)
		}
	case <-time.After(5 * time.Second):
		t.Error("the command got no signal")
	}
}

func TestAHostThatHangsCanBeLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := startServer(t, nil)
	server.hangs = cancel
	ended := make(chan error, 1)
	go func() {
		_, err := Command{}.Create(ctx, infer.CreateRequest[CommandInputs]{Name: "one", Inputs: inputs(server)})
		ended <- err
	}()
	select {
	case err := <-ended:
		says(t, err, "opening a session", "cancel")
	case <-time.After(30 * time.Second):
		t.Fatal("the command was not ended by the cancel within 30 s")
	}
}

func TestEnvironment(t *testing.T) {
	server := startServer(t, func(*serverSession) uint32 { return 0 })
	in := inputs(server)
	in.Environment = map[string]string{"COLOUR": "green"}
	_, err := create(t, in)
	says(t, err, "COLOUR", "AcceptEnv")

	server.acceptEnv["COLOUR"], server.acceptEnv["PULUMI_COMMAND_STDOUT"] = true, true
	state := CommandState{CommandInputs: in, Output: Output{Stdout: "before", Stderr: "refused by the server"}}
	update := infer.UpdateRequest[CommandInputs, CommandState]{State: state, Inputs: in}
	if _, err := (Command{}).Update(t.Context(), update); err != nil {
		t.Fatal(err)
	}
	update.Inputs.AddPreviousOutputInEnv = new(false)
	if _, err := (Command{}).Update(t.Context(), update); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"before", ""} {
		environment := server.sessions[i].environment
		if environment["COLOUR"] != "green" || environment["PULUMI_COMMAND_STDOUT"] != want {
			t.Errorf("environment %d was %q", i, environment)
		}
	}
}

func TestProxy(t *testing.T) {
	proxy := startServer(t, nil)
	server := startServer(t, func(*serverSession) uint32 { return 0 })
	in := inputs(server)
	in.Connection.Proxy = &ProxyConnection{Endpoint: proxy.endpoint()}
	if _, err := create(t, in); err != nil {
		t.Fatal(err)
	}
	in.Connection.Proxy.Host = new("host.invalid")
	_, err := create(t, in)
	says(t, err, "proxy: root@host.invalid")
}

func TestNoWayIn(t *testing.T) {
	server := startServer(t, func(*serverSession) uint32 { return 0 })
	_, otherKey := newKey(t)
	otherHost, _ := newKey(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := free.Addr().(*net.TCPAddr).Port // accepts connections and says nothing
	t.Cleanup(func() { _ = free.Close() })
	const nobody = 1 // tcpmux, which nothing has served for decades

	cases := map[string]struct {
		change func(*Endpoint)
		words  []string
	}{
		"wrong host key": {
			func(e *Endpoint) { e.HostKey = new(string(ssh.MarshalAuthorizedKey(otherHost.PublicKey()))) },
			[]string{
				"after 1 attempt:", ssh.FingerprintSHA256(server.hostKey), ssh.FingerprintSHA256(otherHost.PublicKey()),
				"connection.hostKey",
			},
		},
		"no host key":    {func(e *Endpoint) { e.HostKey = new("AAAA") }, []string{"connection.hostKey is no public key"}},
		"wrong user key": {func(e *Endpoint) { e.PrivateKey = &otherKey }, []string{"2 attempts", "unable to authenticate", "lets root in"}},
		"no user key":    {func(e *Endpoint) { e.PrivateKey = new("key") }, []string{"connection.privateKey cannot be read"}},
		"refused":        {func(e *Endpoint) { e.Port = new(float64(nobody)) }, []string{"connection refused", "connection.port"}},
		"silent":         {func(e *Endpoint) { e.Port = new(float64(silent)) }, []string{"no answer within 2s", "host is on"}},
		"no agent":       {func(e *Endpoint) { e.AgentSocketPath = new("/nowhere") }, []string{"connection.agentSocketPath"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if name == "silent" {
				defer func(before time.Duration) { handshakeLimit = before }(handshakeLimit)
				handshakeLimit = 2 * time.Second
			}
			in := inputs(server)
			c.change(&in.Connection.Endpoint)
			_, err := create(t, in)
			says(t, err, append(c.words, in.Connection.String())...)
		})
	}
}

func TestLinesAreShownAsTheyComplete(t *testing.T) {
	var shown []string
	s := stream{both: &recorder{}, log: func(line string) { shown = append(shown, line) }}
	for _, part := range []string{"one\ntw", "o\n", strings.Repeat("l", longestLine+5), "\n", "last"} {
		_, _ = s.Write([]byte(part))
	}
	s.flush()
	want := []string{"one", "two", strings.Repeat("l", longestLine), "lllll", "last"}
	if !slices.Equal(shown, want) {
		t.Errorf("shown were %d lines: %.80q", len(shown), shown)
	}
}
