package kubernetes

import (
	"context"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"

	"storage-lab.example/engine/internal/kubernetes/await"
)

// createManager is the field manager of a create. The first update hands its fields over to the manager that the state
// names; see takeOver.
const createManager = "pulumi-kubernetes"

// orderRetries bridges objects that are made at the same time: an object comes before its namespace, or before the
// definition of its kind. Half a minute in all.
var orderRetries = wait.Backoff{Steps: 6, Duration: time.Second, Factor: 2}

// Create makes an object that must not exist yet, unless upsertExistingObjects is set, and waits until it is ready. In a preview the API server answers
// what it would make; where it cannot (values not known, no cluster, no such kind or namespace yet), the inputs stand
// for the result.
func (p *Provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	ctx, stop := p.bound(ctx)
	defer stop()
	urn := resource.URN(req.GetUrn())
	news, err := decode(req.GetProperties())
	if err != nil {
		return nil, err
	}
	inputs := toObject(news)
	if req.GetPreview() {
		live, err := p.previewCreate(ctx, urn, inputs)
		if err != nil {
			return nil, fmt.Errorf("%s would be refused by the Kubernetes API server: %w", title(inputs), err)
		}
		if live == nil {
			return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
		}
		delete(live.Object, "status")
		state, err := newRecord(inputs, live, newManager()).encode(news)
		return &pulumirpc.CreateResponse{Properties: state}, err
	}
	manager := newManager()
	live, err := p.create(ctx, urn, inputs, manager)
	if err != nil {
		return nil, createError(urn, inputs, err)
	}
	made := newRecord(inputs, live, manager)
	live, notReady := p.waiter(urn).Ready(ctx, live, p.patience(inputs, req.GetTimeout()))
	if live != nil {
		made.live = live
	}
	state, err := made.encode(news)
	if err != nil {
		return nil, err
	}
	if notReady != nil {
		return nil, initFailed(identity(made.live), title(inputs)+" was created but is not ready", notReady, state, nil)
	}
	return &pulumirpc.CreateResponse{Id: identity(made.live), Properties: state}, nil
}

func newRecord(inputs, live *unstructured.Unstructured, manager string) record {
	return record{inputs: inputs, live: live, apiVersion: inputs.GetAPIVersion(), manager: manager}
}

// newManager makes the name under which server-side apply keeps this resource's fields.
func newManager() string {
	name, err := resource.NewUniqueName(nil, "pulumi-kubernetes-", 0, 0, nil)
	if err != nil {
		panic(err) // only a length limit can fail, and there is none
	}
	return name
}

// create posts the object; the manager is for the fields of one that it takes up.
func (p *Provider) create(
	ctx context.Context, urn resource.URN, inputs *unstructured.Unstructured, manager string,
) (*unstructured.Unstructured, error) {
	if err := p.cluster.connect(); err != nil {
		return nil, err
	}
	var live *unstructured.Unstructured
	var last error
	err := wait.ExponentialBackoffWithContext(ctx, orderRetries, func(ctx context.Context) (bool, error) {
		client, err := p.cluster.resource(inputs)
		if err == nil {
			live, err = post(ctx, client, inputs)
			p.writes()
		}
		last = err
		if apierrors.IsAlreadyExists(err) && p.waitForEnding(ctx, urn, inputs) {
			return false, nil
		}
		if apierrors.IsAlreadyExists(err) && p.settings.upsert {
			live, err = takeUp(ctx, client, inputs, manager)
			last = err
		}
		if apierrors.IsNotFound(err) {
			// Where its definition was replaced, the kind may live at another path now.
			p.cluster.mapper.Reset()
		}
		if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
			p.progress(urn)("waiting for what it needs: " + err.Error())
			return false, nil
		}
		return true, err
	})
	if last != nil {
		return nil, last
	}
	return live, err
}

// postLimit is longer than an API server lets any create take by default (one minute).
const postLimit = 90 * time.Second

// post creates the object. A cancel does not break the request off: the object may be made already, and would then be in
// the cluster and in no state.
func post(
	ctx context.Context, client dynamic.ResourceInterface, inputs *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), postLimit)
	defer cancel()
	return client.Create(ctx, inputs, metav1.CreateOptions{FieldManager: createManager})
}

// takeUp makes an object that exists what the inputs say. A cancel does not break it off either.
func takeUp(
	ctx context.Context, client dynamic.ResourceInterface, inputs *unstructured.Unstructured, manager string,
) (*unstructured.Unstructured, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), postLimit)
	defer cancel()
	return change{client: client, name: inputs.GetName(), wanted: inputs, manager: manager, force: true}.apply(ctx)
}

// waitForEnding waits for an object of the same name that is being deleted, such as the one that a replacement has just
// deleted without waiting; false if there is none, or it does not go.
func (p *Provider) waitForEnding(ctx context.Context, urn resource.URN, inputs *unstructured.Unstructured) bool {
	live, err := p.get(ctx, inputs, inputs.GetName())
	if err != nil || live != nil && live.GetDeletionTimestamp() == nil {
		return false
	}
	return live == nil || p.waiter(urn).Gone(ctx, live, await.Options{}) == nil
}

// previewCreate asks the API server what it would make; nil where it cannot tell.
func (p *Provider) previewCreate(
	ctx context.Context, urn resource.URN, inputs *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	if unknown(inputs.Object) {
		return nil, nil
	}
	if err := p.cluster.connect(); err != nil {
		p.warn(urn, "previewed without the cluster: "+err.Error())
		return nil, nil
	}
	client, err := p.cluster.resource(inputs)
	if err != nil {
		// The definition of this kind is perhaps part of the same update.
		return nil, nil
	}
	live, err := client.Create(ctx, inputs, metav1.CreateOptions{
		FieldManager: createManager, DryRun: []string{metav1.DryRunAll},
	})
	switch {
	// NotFound: the namespace is yet to be made. AlreadyExists: the object may be about to be replaced; if not, the
	// update itself refuses. Forbidden: who may preview need not be who may create.
	case apierrors.IsNotFound(err), apierrors.IsAlreadyExists(err), apierrors.IsForbidden(err), dryRunRefused(err):
		return nil, nil
	}
	return live, err
}

// createError says what to do about a create that failed.
func createError(urn resource.URN, inputs *unstructured.Unstructured, err error) error {
	switch {
	case apierrors.IsAlreadyExists(err):
		return fmt.Errorf("%s already exists in the cluster and is not in this stack's state, so it was left untouched. "+
			"Rename one of the two; or delete it, if an interrupted run left it behind; or take it into the stack with: "+
			"pulumi import '%s' '%s' '%s'", title(inputs), urn.Type(), urn.Name(), identity(inputs))
	case meta.IsNoMatchError(err):
		return fmt.Errorf("%s cannot be created: the cluster has no kind %s in %s; "+
			"create its CustomResourceDefinition first", title(inputs), inputs.GetKind(), inputs.GetAPIVersion())
	case apierrors.IsNotFound(err) && inputs.GetNamespace() != "":
		return fmt.Errorf("%s cannot be created: %w; create the namespace %s first",
			title(inputs), err, inputs.GetNamespace())
	}
	return fmt.Errorf("%s was not created: %w", title(inputs), err)
}
