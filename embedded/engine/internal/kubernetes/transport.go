package kubernetes

import (
	"context"
	"net/http"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	// refusedLimit is how long a refused connection is tried again, refusedPause how often.
	refusedLimit = 5 * time.Second
	refusedPause = 200 * time.Millisecond
)

// patientTransport bridges an API server's restart: while connections are refused, nothing was sent, so that a request can
// be repeated whatever it asks.
type patientTransport struct{ next http.RoundTripper }

// RoundTrip is http.RoundTripper's.
func (p patientTransport) RoundTrip(request *http.Request) (response *http.Response, err error) {
	if request.Body != nil {
		if request.GetBody == nil { // it can be sent once only
			return p.next.RoundTrip(request)
		}
		defer func() { _ = request.Body.Close() }()
	}
	ended := wait.PollUntilContextTimeout(request.Context(), refusedPause, refusedLimit, true,
		func(context.Context) (bool, error) {
			attempt := request.Clone(request.Context())
			if request.GetBody != nil {
				if attempt.Body, err = request.GetBody(); err != nil {
					return true, nil
				}
			}
			response, err = p.next.RoundTrip(attempt)
			return !utilnet.IsConnectionRefused(err), nil
		})
	if response == nil && err == nil {
		err = ended
	}
	return response, err
}
