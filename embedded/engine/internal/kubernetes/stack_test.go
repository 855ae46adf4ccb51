package kubernetes

import (
	"context"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"
)

// quiet is an engine that remembers the warnings.
type quiet struct {
	mutex    sync.Mutex
	warnings []string
}

func (q *quiet) Log(_ context.Context, _ diag.Severity, _ resource.URN, message string) error {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.warnings = append(q.warnings, message)
	return nil
}

func (q *quiet) LogStatus(context.Context, diag.Severity, resource.URN, string) error { return nil }

// stack plays the engine for one provider and a real API server.
type stack struct {
	*testing.T
	p *Provider
}

// live is one resource of a stack.
type live struct {
	token, id     string
	inputs, state *structpb.Struct
}

func newStack(t *testing.T) stack {
	t.Helper()
	if server == "" {
		t.Skipf("needs a real API server: set %s to the kubelite executable and run as root", serverVariable)
	}
	p := New(&quiet{})
	_, err := p.Configure(context.Background(), &pulumirpc.ConfigureRequest{
		Variables: map[string]string{"kubernetes:config:kubeconfig": server},
	})
	if err != nil {
		t.Fatal(err)
	}
	return stack{t, p}
}

func (s stack) checked(token, inputs string, olds *structpb.Struct) *structpb.Struct {
	s.Helper()
	answer, err := s.p.Check(context.Background(), &pulumirpc.CheckRequest{
		Urn: urnOf(token), News: wire(s.T, object(s.T, inputs)), Olds: olds,
	})
	if err != nil || len(answer.GetFailures()) > 0 {
		s.Fatal(err, answer.GetFailures())
	}
	return answer.GetInputs()
}

func (s stack) create(token, inputs string, timeout float64) (live, error) {
	s.Helper()
	made := live{token: token, inputs: s.checked(token, inputs, nil)}
	request := &pulumirpc.CreateRequest{Urn: urnOf(token), Properties: made.inputs, Preview: true}
	if _, err := s.p.Create(context.Background(), request); err != nil {
		s.Errorf("preview: %v", err)
	}
	request.Preview, request.Timeout = false, timeout
	answer, err := s.p.Create(context.Background(), request)
	made.id, made.state = answer.GetId(), answer.GetProperties()
	return made, err
}

func (s stack) mustCreate(token, inputs string) live {
	s.Helper()
	made, err := s.create(token, inputs, 60)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { s.delete(made) })
	return made
}

func (s stack) delete(old live) {
	s.Helper()
	_, err := s.p.Delete(context.Background(), &pulumirpc.DeleteRequest{
		Urn: urnOf(old.token), Id: old.id, Properties: old.state, Timeout: 60,
	})
	if err != nil {
		s.Error(err)
	}
}

func (s stack) diff(old live, inputs string) *pulumirpc.DiffResponse {
	s.Helper()
	answer, err := s.p.Diff(context.Background(), &pulumirpc.DiffRequest{
		Urn: urnOf(old.token), Id: old.id, Olds: old.state, News: s.checked(old.token, inputs, old.inputs),
	})
	if err != nil {
		s.Fatal(err)
	}
	return answer
}

func (s stack) update(old live, inputs string) (live, error) {
	s.Helper()
	next := live{token: old.token, id: old.id, inputs: s.checked(old.token, inputs, old.inputs)}
	request := &pulumirpc.UpdateRequest{
		Urn: urnOf(old.token), Id: old.id, Olds: old.state, News: next.inputs, Preview: true, Timeout: 60,
	}
	if _, err := s.p.Update(context.Background(), request); err != nil {
		return old, err
	}
	request.Preview = false
	answer, err := s.p.Update(context.Background(), request)
	next.state = answer.GetProperties()
	return next, err
}

func (s stack) refresh(old live) live {
	s.Helper()
	answer, err := s.p.Read(context.Background(), &pulumirpc.ReadRequest{
		Urn: urnOf(old.token), Id: old.id, Properties: old.state, Inputs: old.inputs,
	})
	if err != nil {
		s.Fatal(err)
	}
	return live{old.token, answer.GetId(), answer.GetInputs(), answer.GetProperties()}
}

// unchanged holds that neither a preview nor a refresh finds a difference.
func (s stack) unchanged(old live, inputs string) {
	s.Helper()
	for _, state := range []live{old, s.refresh(old)} {
		if answer := s.diff(state, inputs); answer.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
			s.Errorf("%s: changes %v", old.id, answer.GetDetailedDiff())
		}
	}
}

// kubectl changes an object past Pulumi.
func (s stack) kubectl(of live, change func(*unstructured.Unstructured)) {
	s.Helper()
	state, err := decode(of.state)
	if err != nil {
		s.Fatal(err)
	}
	client, err := s.p.cluster.resource(readRecord(state).live)
	if err != nil {
		s.Fatal(err)
	}
	_, name := splitIdentity(of.id)
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		obj, err := client.Get(context.Background(), name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		change(obj)
		_, err = client.Update(context.Background(), obj, metav1.UpdateOptions{FieldManager: "someone"})
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}
