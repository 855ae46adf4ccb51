package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Connection says how to reach the host.
type Connection struct {
	Endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection says how to reach a host that is passed on the way.
type ProxyConnection struct{ Endpoint }

// Endpoint is one SSH server and who logs in there.
type Endpoint struct {
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional" provider:"secret"`
	Host               *string  `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	PrivateKey         *string  `pulumi:"privateKey,optional" provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
}

// Annotate gives the defaults, which become part of the state.
func (c *Connection) Annotate(a infer.Annotator) { c.defaults(a) }

// Annotate gives the defaults, which become part of the state.
func (c *ProxyConnection) Annotate(a infer.Annotator) { c.defaults(a) }

func (e *Endpoint) defaults(a infer.Annotator) {
	a.SetDefault(&e.User, "root")
	a.SetDefault(&e.Port, 22)
	a.SetDefault(&e.DialErrorLimit, 10)
	a.SetDefault(&e.PerDialTimeout, 15)
}

// dialer opens a plain connection: from here, or from the host passed on the way.
type dialer func(ctx context.Context, address string) (net.Conn, error)

func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	if c.Proxy == nil {
		var direct net.Dialer
		return c.Endpoint.dial(ctx, func(ctx context.Context, address string) (net.Conn, error) {
			return direct.DialContext(ctx, "tcp", address)
		})
	}
	proxy, err := (&Connection{Endpoint: c.Proxy.Endpoint}).dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	client, err := c.Endpoint.dial(ctx, func(ctx context.Context, address string) (net.Conn, error) {
		return proxy.DialContext(ctx, "tcp", address)
	})
	if err != nil {
		return nil, errors.Join(err, proxy.Close())
	}
	go func() { // the way there is only needed as long as the connection over it
		_ = client.Wait()
		_ = proxy.Close()
	}()
	return client, nil
}

// dial tries until it is in, until dialErrorLimit attempts beyond the first have failed (-1: without end), or until a
// error that another attempt cannot fix.
func (e *Endpoint) dial(ctx context.Context, open dialer) (*ssh.Client, error) {
	config, close, err := e.clientConfig()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e, err)
	}
	defer close()
	for attempt, pause := 1, 100*time.Millisecond; ; attempt++ {
		client, err := e.attempt(ctx, open, config)
		if err == nil {
			return client, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%s: cancelled while connecting: %w", e, context.Cause(ctx))
		}
		limit := *e.DialErrorLimit
		if lasting(err) || (limit >= 0 && attempt > limit) {
			return nil, fmt.Errorf("%s: no SSH connection after %s: %w; %s", e, attempts(attempt), err, e.remedy(err))
		}
		p.GetLogger(ctx).InfoStatusf("%s: attempt %d failed, trying again: %v", e, attempt, err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(pause*3/2, 5*time.Second)
		}
	}
}

func attempts(number int) string {
	if number == 1 {
		return "1 attempt"
	}
	return strconv.Itoa(number) + " attempts"
}

// handshakeLimit is how long a host that accepted the connection may take to let us in: generous, for a busy host is slow
// at that, but a host that hangs would else hold the handshake for ever.
var handshakeLimit = 30 * time.Second

// attempt allows perDialTimeout (0: no limit) for the connection and handshakeLimit for what follows.
func (e *Endpoint) attempt(ctx context.Context, open dialer, config *ssh.ClientConfig) (*ssh.Client, error) {
	plain, err := e.open(ctx, open)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, handshakeLimit, &silence{handshakeLimit})
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = plain.Close() })
	conn, channels, requests, err := ssh.NewClientConn(plain, e.address(), config)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, ignoreClosed(plain.Close()))
	}
	return ssh.NewClient(conn, channels, requests), nil
}

func (e *Endpoint) open(ctx context.Context, open dialer) (net.Conn, error) {
	if limit := time.Duration(*e.PerDialTimeout) * time.Second; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, &silence{limit})
		defer cancel()
	}
	plain, err := open(ctx, e.address())
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return plain, err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// clientConfig reads keys and asks the agent; the second answer releases the agent.
func (e *Endpoint) clientConfig() (*ssh.ClientConfig, func(), error) {
	config := &ssh.ClientConfig{User: *e.User, HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	if e.HostKey != nil {
		expected, err := parseHostKey(*e.HostKey)
		if err != nil {
			return nil, nil, err
		}
		config.HostKeyCallback, config.HostKeyAlgorithms = expected.check, expected.algorithms()
	}
	if e.PrivateKey != nil {
		signer, err := parsePrivateKey(*e.PrivateKey, e.PrivateKeyPassword)
		if err != nil {
			return nil, nil, err
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		config.Auth = append(config.Auth, ssh.Password(*e.Password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, _ []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for i := range answers {
					answers[i] = *e.Password
				}
				return answers, nil
			}))
	}
	keys, close, err := e.agent()
	if err != nil {
		return nil, nil, err
	}
	if keys != nil {
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(keys.Signers))
	}
	return config, close, nil
}

// agent is the one that the program names, or that of SSH_AUTH_SOCK if it answers: a left-over variable is no error.
func (e *Endpoint) agent() (agent.ExtendedAgent, func(), error) {
	path := os.Getenv("SSH_AUTH_SOCK")
	if e.AgentSocketPath != nil {
		path = *e.AgentSocketPath
	}
	if path == "" {
		return nil, func() {}, nil
	}
	conn, err := net.Dial("unix", path)
	if err != nil && e.AgentSocketPath != nil {
		return nil, nil, fmt.Errorf("connection.agentSocketPath: the SSH agent does not answer: %w", err)
	}
	if err != nil {
		return nil, func() {}, nil
	}
	return agent.NewClient(conn), func() { _ = conn.Close() }, nil
}

func (e *Endpoint) address() string {
	return net.JoinHostPort(*e.Host, strconv.Itoa(int(*e.Port)))
}

// String names the endpoint in messages: user@host:port.
func (e *Endpoint) String() string { return *e.User + "@" + e.address() }
