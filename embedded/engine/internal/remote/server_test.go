package remote

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// sshServer is a host that runs what a test says it runs.
type sshServer struct {
	address    *net.TCPAddr
	hostKey    ssh.PublicKey
	privateKey string // lets root in

	// run answers the exit status; it may take as long as the connection lives.
	run func(session *serverSession) uint32
	// variables that the server accepts.
	acceptEnv map[string]bool
	// hangs, where it is set, is called for each session that a client asks for, which then gets no answer.
	hangs func()

	lock     sync.Mutex
	sessions []*serverSession
}

// serverSession is one command on the server.
type serverSession struct {
	ssh.Channel
	command     string
	environment map[string]string
	signals     chan string
}

func startServer(t *testing.T, run func(*serverSession) uint32) *sshServer {
	t.Helper()
	hostSigner, _ := newKey(t)
	userSigner, userKey := newKey(t)
	server := &sshServer{hostKey: hostSigner.PublicKey(), privateKey: userKey, run: run, acceptEnv: map[string]bool{}}
	config := &ssh.ServerConfig{
		PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if meta.User() == "root" && string(key.Marshal()) == string(userSigner.PublicKey().Marshal()) {
				return &ssh.Permissions{}, nil
			}
			return nil, fmt.Errorf("not let in")
		},
	}
	config.AddHostKey(hostSigner)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	server.address = listener.Addr().(*net.TCPAddr)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go server.serve(conn, config)
		}
	}()
	return server
}

func newKey(t *testing.T) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "test")
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

func (s *sshServer) serve(plain net.Conn, config *ssh.ServerConfig) {
	conn, channels, requests, err := ssh.NewServerConn(plain, config)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() == "direct-tcpip" { // this server is passed on the way to another
			go forward(offered)
			continue
		}
		if s.hangs != nil {
			s.hangs()
			continue
		}
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		session := &serverSession{Channel: channel, environment: map[string]string{}, signals: make(chan string, 1)}
		go s.session(session, requests)
	}
}

func (s *sshServer) session(session *serverSession, requests <-chan *ssh.Request) {
	for request := range requests {
		switch request.Type {
		case "env":
			var variable struct{ Name, Value string }
			ok := ssh.Unmarshal(request.Payload, &variable) == nil && s.acceptEnv[variable.Name]
			if ok {
				session.environment[variable.Name] = variable.Value
			}
			_ = request.Reply(ok, nil)
		case "signal":
			var signal struct{ Name string }
			_ = ssh.Unmarshal(request.Payload, &signal)
			session.signals <- signal.Name
		case "exec":
			var command struct{ Text string }
			_ = ssh.Unmarshal(request.Payload, &command)
			session.command = command.Text
			s.lock.Lock()
			s.sessions = append(s.sessions, session)
			s.lock.Unlock()
			_ = request.Reply(true, nil)
			go func() {
				status := s.run(session)
				_, _ = session.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
				_ = session.Close()
			}()
		default:
			_ = request.Reply(false, nil)
		}
	}
}

func forward(offered ssh.NewChannel) {
	var target struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	if err := ssh.Unmarshal(offered.ExtraData(), &target); err != nil {
		_ = offered.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	conn, err := net.Dial("tcp", net.JoinHostPort(target.Host, fmt.Sprint(target.Port)))
	if err != nil {
		_ = offered.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	channel, requests, err := offered.Accept()
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	go func() { _, _ = io.Copy(channel, conn); _ = channel.Close() }()
	_, _ = io.Copy(conn, channel)
	_ = conn.Close()
}

// commands answers what was run, in order.
func (s *sshServer) commands() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	commands := []string{}
	for _, session := range s.sessions {
		commands = append(commands, session.command)
	}
	return commands
}

// endpoint answers how to get in, with the provider's defaults but for short waits.
func (s *sshServer) endpoint() Endpoint {
	return Endpoint{
		User:           new("root"),
		Host:           new(s.address.IP.String()),
		Port:           new(float64(s.address.Port)),
		PrivateKey:     &s.privateKey,
		HostKey:        new(string(ssh.MarshalAuthorizedKey(s.hostKey))),
		DialErrorLimit: new(1),
		PerDialTimeout: new(1),
	}
}
