package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"
)

const (
	// heartbeat is how often a host is asked for a sign of life while a command runs, patience how long it may take to
	// give it.
	heartbeat = 15 * time.Second
	patience  = time.Minute
	// lastWords is how much of a failed command's output its error quotes, in bytes.
	lastWords = 16 << 10
)

// run runs a command on the host and answers what it wrote. A command that is not there leaves the output as it was.
func (c *CommandInputs) run(ctx context.Context, previous Output, command *string) (Output, error) {
	if command == nil {
		return previous, nil
	}
	client, err := c.Connection.dial(ctx)
	if err != nil {
		return previous, err
	}
	defer func() { _ = client.Close() }()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go watch(ctx, client, end)
	session, err := c.open(ctx, client, previous)
	if err != nil {
		return previous, fmt.Errorf("%s: %w", &c.Connection.Endpoint, err)
	}
	if c.Stdin != nil && *c.Stdin != "" {
		session.Stdin = strings.NewReader(*c.Stdin)
	}

	var both recorder // both streams, as nearly in their order as the connection tells
	log := p.GetLogger(ctx).InfoStatus
	stdout, stderr := stream{both: &both}, stream{both: &both}
	if c.Logging.shows("stdout") {
		stdout.log = log
	}
	if c.Logging.shows("stderr") {
		stderr.log = log
	}
	session.Stdout, session.Stderr = &stdout, &stderr

	// Closing the connection alone would leave a cancelled command running. OpenSSH passes the signal on unless root
	// logged in; root's command then ends at its next attempt to write, or not at all, as with ssh itself.
	defer context.AfterFunc(ctx, func() {
		_ = session.Signal(ssh.SIGTERM)
		_ = client.Close()
	})()
	err = session.Run(*command)
	stdout.flush()
	stderr.flush()
	if err != nil {
		return previous, fmt.Errorf("%s: %s%s", &c.Connection.Endpoint, ending(ctx, err), both.tail(lastWords))
	}
	return Output{Stdout: stdout.text(), Stderr: stderr.text()}, nil
}

// open begins a session and sets its environment. A host that stops answering, or a cancel, ends that too.
func (c *CommandInputs) open(ctx context.Context, client *ssh.Client, previous Output) (*ssh.Session, error) {
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	session, err := client.NewSession()
	if err != nil {
		err = fmt.Errorf("opening a session: %w", err)
	} else {
		err = c.setEnvironment(ctx, session, previous)
	}
	if !stop() {
		err = fmt.Errorf("opening a session: %w", context.Cause(ctx))
	}
	return session, err
}

// setEnvironment asks the server to set variables. It may refuse those that a program asked for: an error; and those that
// carry the output of the last run: a warning.
func (c *CommandInputs) setEnvironment(ctx context.Context, session *ssh.Session, previous Output) error {
	const remedy = "the SSH server takes only variables that its AcceptEnv names; " +
		"set them in the command itself, as NAME=value command"
	for _, name := range sortedKeys(c.Environment) {
		if err := session.Setenv(name, c.Environment[name]); err != nil {
			return fmt.Errorf("the variable %s of environment could not be set: %w; %s", name, err, remedy)
		}
	}
	if c.AddPreviousOutputInEnv != nil && !*c.AddPreviousOutputInEnv {
		return nil
	}
	for _, variable := range []struct{ name, value string }{
		{"PULUMI_COMMAND_STDOUT", previous.Stdout}, {"PULUMI_COMMAND_STDERR", previous.Stderr},
	} {
		if variable.value == "" {
			continue
		}
		if err := session.Setenv(variable.name, variable.value); err != nil {
			p.GetLogger(ctx).Warningf("%s could not be set: %v; %s, or set addPreviousOutputInEnv to false",
				variable.name, err, remedy)
		}
	}
	return nil
}

func sortedKeys(variables map[string]string) []string {
	names := make([]string, 0, len(variables))
	for name := range variables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// watch ends the command when the host stops answering.
func watch(ctx context.Context, client *ssh.Client, end context.CancelCauseFunc) {
	for {
		answered := make(chan error, 1)
		go func() {
			_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
			answered <- err
		}()
		next := time.After(heartbeat)
		select {
		case <-ctx.Done():
			return
		case err := <-answered:
			if err != nil {
				return // the session ends with the connection, and says so
			}
		case <-time.After(patience):
			end(fmt.Errorf("the host has not answered for %v", patience))
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		}
	}
}

// ending says how a command ended that did not end well.
func ending(ctx context.Context, err error) string {
	var exit *ssh.ExitError
	var missing *ssh.ExitMissingError
	switch {
	case ctx.Err() != nil && context.Cause(ctx) == context.Canceled:
		return "the command was cancelled"
	case ctx.Err() != nil:
		return fmt.Sprintf("the command did not end: %v", context.Cause(ctx))
	case errors.As(err, &exit) && exit.Signal() != "":
		return fmt.Sprintf("the command was ended by signal %s", exit.Signal())
	case errors.As(err, &exit):
		return fmt.Sprintf("the command ended with exit status %d", exit.ExitStatus())
	case errors.As(err, &missing):
		return "the connection was lost while the command ran; it may still be running"
	default:
		return fmt.Sprintf("the command could not be run: %v", err)
	}
}

// stream keeps one output stream and shows its lines as they are complete.
type stream struct {
	both *recorder
	log  func(string) // nil: not shown
	kept bytes.Buffer
	line []byte // begun and not yet shown
}

// longestLine is how much of a line is shown at once, in bytes; gRPC and terminals do not care for more.
const longestLine = 32 << 10

func (s *stream) Write(data []byte) (int, error) {
	s.kept.Write(data)
	s.both.write(data)
	if s.log == nil {
		return len(data), nil
	}
	s.line = append(s.line, data...)
	for {
		end := bytes.IndexByte(s.line, '\n')
		if end < 0 && len(s.line) < longestLine {
			return len(data), nil
		}
		next := end + 1
		if end < 0 || end > longestLine {
			end, next = longestLine, longestLine
		}
		s.log(strings.ToValidUTF8(string(s.line[:end]), "\uFFFD"))
		s.line = s.line[next:]
	}
}

func (s *stream) flush() {
	if len(s.line) > 0 {
		s.log(strings.ToValidUTF8(string(s.line), "\uFFFD"))
		s.line = nil
	}
}

func (s *stream) text() string { return strings.TrimSuffix(s.kept.String(), "\n") }

// recorder keeps what two streams write at the same time.
type recorder struct {
	lock sync.Mutex
	kept bytes.Buffer
}

func (r *recorder) write(data []byte) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.kept.Write(data)
}

// tail answers the last bytes, set off for an error message.
func (r *recorder) tail(limit int) string {
	r.lock.Lock()
	defer r.lock.Unlock()
	text, mark := bytes.TrimSpace(r.kept.Bytes()), ":\n"
	if len(text) == 0 {
		return ", and wrote nothing"
	}
	if len(text) > limit {
		text, mark = text[len(text)-limit:], "; its last words:\n…"
	}
	return mark + strings.ToValidUTF8(string(text), "\uFFFD")
}
