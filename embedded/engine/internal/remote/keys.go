package remote

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// hostKey is the only key that a host may show.
type hostKey struct{ ssh.PublicKey }

func parseHostKey(line string) (hostKey, error) {
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return hostKey{}, fmt.Errorf(
			"connection.hostKey is no public key; it has the form \"ssh-ed25519 AAAA…\": %w", err)
	}
	return hostKey{key}, nil
}

// algorithms that the host may prove its key with: an RSA key serves several, of which servers now refuse the oldest.
func (k hostKey) algorithms() []string {
	if k.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	return []string{k.Type()}
}

func (k hostKey) check(_ string, _ net.Addr, shown ssh.PublicKey) error {
	if bytes.Equal(shown.Marshal(), k.Marshal()) {
		return nil
	}
	return wrongHostKey{expected: ssh.FingerprintSHA256(k), shown: ssh.FingerprintSHA256(shown)}
}

type wrongHostKey struct{ expected, shown string }

func (w wrongHostKey) Error() string {
	return fmt.Sprintf("ssh: host key mismatch: the host shows the key %s and not %s, which connection.hostKey expects", w.shown, w.expected)
}

// silence is what a host shows that is off, hung or behind a firewall.
type silence struct{ limit time.Duration }

func (s *silence) Error() string { return fmt.Sprintf("no answer within %v", s.limit) }

func parsePrivateKey(text string, password *string) (ssh.Signer, error) {
	var signer ssh.Signer
	var err error
	if password != nil {
		signer, err = ssh.ParsePrivateKeyWithPassphrase([]byte(text), []byte(*password))
	} else {
		signer, err = ssh.ParsePrivateKey([]byte(text))
	}
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		return nil, errors.New("connection.privateKey is encrypted: give connection.privateKeyPassword too")
	}
	if err != nil {
		return nil, fmt.Errorf("connection.privateKey cannot be read: %w", err)
	}
	return signer, nil
}

// lasting says that another attempt cannot end better. A refused login is not among these: a host that is just being
// set up refuses until its keys are in place.
func lasting(err error) bool {
	var wrongKey wrongHostKey
	var algorithms *ssh.AlgorithmNegotiationError
	return errors.As(err, &wrongKey) || errors.As(err, &algorithms)
}

func (e *Endpoint) remedy(err error) string {
	var wrongKey wrongHostKey
	var algorithms *ssh.AlgorithmNegotiationError
	var noName *net.DNSError
	var noAnswer *silence
	switch {
	case errors.As(err, &wrongKey):
		return "if the host was installed again, set connection.hostKey to its new key; if not, another machine answers there"
	case errors.As(err, &algorithms):
		return "the host has no key of the kind that connection.hostKey names, or an SSH server too old for this client"
	case errors.As(err, &noName):
		return "check connection.host"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "check that an SSH server runs there and that connection.port is right"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.As(err, &noAnswer):
		return "check that the host is on and can be reached from here"
	case strings.Contains(err.Error(), "unable to authenticate"): // the library has no type for it
		return fmt.Sprintf("check that the host lets %s in with the key or password of connection", *e.User)
	default:
		return "check connection.host and connection.port, and that the host is on"
	}
}
