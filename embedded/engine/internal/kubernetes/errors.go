package kubernetes

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"storage-lab.example/engine/internal/kubernetes/await"
)

// initFailed tells the engine that an object is there but not ready. The engine keeps it in the state with the reasons,
// and updates it again in the next run.
func initFailed(id, summary string, cause error, state, inputs *structpb.Struct) error {
	message := summary + ": " + cause.Error()
	reasons := []string{message}
	var notReady *await.NotReadyError
	if errors.As(cause, &notReady) {
		reasons = append([]string{summary + ": " + notReady.Summary}, notReady.Reasons...)
	}
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, message), &pulumirpc.ErrorResourceInitFailed{
		Id: id, Properties: state, Inputs: inputs, Reasons: reasons,
	})
}

// dryRunRefused tells whether the API server, or a webhook of it, cannot do a dry run.
func dryRunRefused(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && status.Status().Code == http.StatusBadRequest &&
		strings.Contains(status.Status().Message, "dry run")
}

// waiter makes what waits for one resource.
func (p *Provider) waiter(urn resource.URN) *await.Waiter {
	return &await.Waiter{
		Dynamic: p.cluster.dynamic, Resource: p.cluster.resource, Wrote: p.lastWrite, Report: p.progress(urn),
	}
}

// patience reads how long to wait for an object: the option customTimeouts (in seconds), else the annotation, else 0
// for the kind's own limit.
func (p *Provider) patience(inputs *unstructured.Unstructured, customTimeout float64) await.Options {
	options := await.Options{Skip: annotation(inputs, annotationSkipAwait) == "true"}
	if customTimeout > 0 {
		options.Timeout = time.Duration(customTimeout * float64(time.Second))
	} else if seconds, err := strconv.Atoi(annotation(inputs, annotationTimeout)); err == nil {
		options.Timeout = time.Duration(seconds) * time.Second
	}
	return options
}
