package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/csaupgrade"
	"k8s.io/client-go/util/retry"
)

// handedOver are the managers of plain writes whose fields an update takes over: this provider's and pulumi-kubernetes'
// creates, kubectl's, and that of objects older than field management.
var handedOver = sets.New(
	createManager, "pulumi-kubernetes.exe", "pulumi-resource-kubernetes", "kubectl", "before-first-apply")

// Update applies the new inputs on the server and waits until the object is ready again; one that is gone is made again. Fields that others manage
// with other values are a conflict, unless the annotation pulumi.com/patchForce or enablePatchForce says otherwise.
func (p *Provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	ctx, stop := p.bound(ctx)
	defer stop()
	urn := resource.URN(req.GetUrn())
	olds, err := decode(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	inputs := normalize(toObject(news))
	unchanged := &pulumirpc.UpdateResponse{Properties: req.GetNews()}
	if req.GetPreview() {
		if unknown(inputs.Object) {
			return unchanged, nil
		}
		if err := p.cluster.connect(); err != nil {
			p.warn(urn, "previewed without the cluster: "+err.Error())
			return unchanged, nil
		}
	}
	next := readRecord(olds)
	if next.manager == "" {
		next.manager = newManager()
	}
	if next.apiVersion == "" {
		next.apiVersion = inputs.GetAPIVersion()
	}
	next.inputs = inputs
	client, err := p.cluster.resource(inputs)
	if err != nil {
		return nil, fmt.Errorf("%s was not updated: %w", title(inputs), err)
	}
	change := change{
		client: client, name: next.live.GetName(), wanted: inputs, manager: next.manager, dryRun: req.GetPreview(),
		ignored: req.GetIgnoreChanges(),
		force:   p.settings.patchForce || annotation(inputs, annotationPatchForce) == "true",
	}
	next.live, err = change.apply(ctx)
	if !change.dryRun {
		p.writes()
	}
	if req.GetPreview() && (apierrors.IsForbidden(err) || dryRunRefused(err) || errors.Is(err, errNotTakenOver)) {
		return unchanged, nil
	}
	if apierrors.IsNotFound(err) {
		// Deleted by hand: what the state says is ours is made again. Its name is free, so nobody else's is taken over.
		if req.GetPreview() {
			return unchanged, nil
		}
		if next.live, err = p.create(ctx, urn, inputs, next.manager); err != nil {
			return nil, createError(urn, inputs, err)
		}
	}
	if err != nil {
		return nil, updateError(inputs, err)
	}
	var notReady error
	if !req.GetPreview() {
		options := p.patience(inputs, req.GetTimeout())
		options.Updating = true
		next.live, notReady = p.waiter(urn).Ready(ctx, next.live, options)
	}
	state, err := next.encode(news)
	if err != nil {
		return nil, err
	}
	if notReady != nil {
		return nil, initFailed(identity(next.live), title(inputs)+" was updated but is not ready", notReady, state, nil)
	}
	return &pulumirpc.UpdateResponse{Properties: state}, nil
}

// change is one server-side apply.
type change struct {
	client  dynamic.ResourceInterface
	name    string
	wanted  *unstructured.Unstructured
	manager string
	// ignored are the paths of the option ignoreChanges.
	ignored []string
	force   bool
	dryRun  bool
}

// errNotTakenOver: a dry run cannot take fields over first, so that items which the change takes out of a list still
// stand next to the new ones, and collide with them.
var errNotTakenOver = errors.New("the change cannot be previewed before its fields are taken over")

// busy is how long an object that others write all the time is tried again: about 5 s. The API server repeats an apply
// five times by itself, which is not enough for the ResourceQuota of a namespace whose pods are all replaced.
var busy = wait.Backoff{Duration: 20 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 9}

// apply reads the object and changes it, again from the start when somebody else wrote it meanwhile.
func (c change) apply(ctx context.Context) (applied *unstructured.Unstructured, err error) {
	err = retry.OnError(busy, writtenMeanwhile, func() error {
		applied, err = c.attempt(ctx)
		return err
	})
	return applied, err
}

// writtenMeanwhile: the same change will do on the newer object. A field that another manager sets stays set.
func writtenMeanwhile(err error) bool {
	return apierrors.IsConflict(err) && !apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict)
}

func (c change) attempt(ctx context.Context) (*unstructured.Unstructured, error) {
	live, err := c.client.Get(ctx, c.name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	options := metav1.PatchOptions{FieldManager: c.manager}
	foreign := false
	if c.dryRun {
		options.DryRun = []string{metav1.DryRunAll}
		foreign = slices.ContainsFunc(live.GetManagedFields(), func(entry metav1.ManagedFieldsEntry) bool {
			return entry.Operation == metav1.ManagedFieldsOperationUpdate && handedOver.Has(entry.Manager)
		})
		c.force = c.force || foreign
	} else if live, err = c.takeOver(ctx, live); err != nil {
		return nil, err
	}
	// Objects older than field management belong to nobody.
	c.force = c.force || len(live.GetManagedFields()) == 0
	options.Force = &c.force
	if err := c.keepIgnored(live); err != nil {
		return nil, err
	}
	body, err := json.Marshal(c.wanted.Object)
	if err != nil {
		return nil, err
	}
	applied, err := c.client.Patch(ctx, c.name, types.ApplyYAMLPatchType, body, options)
	if foreign && apierrors.IsInvalid(err) {
		return nil, errNotTakenOver
	}
	return applied, err
}

// takeOver makes the manager of the state the owner of what earlier plain writes set, so that fields which the program
// no longer has are removed by the apply.
func (c change) takeOver(ctx context.Context, live *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	patch, err := csaupgrade.UpgradeManagedFieldsPatch(live, handedOver, c.manager)
	if err != nil || patch == nil {
		return live, err
	}
	return c.client.Patch(ctx, c.name, types.JSONPatchType, patch, metav1.PatchOptions{FieldManager: c.manager})
}

// keepIgnored gives the fields of ignoreChanges their live values: they stay, and cause no conflict with their manager.
func (c change) keepIgnored(live *unstructured.Unstructured) error {
	for _, text := range c.ignored {
		path, err := resource.ParsePropertyPath(text)
		if err != nil {
			return fmt.Errorf("ignoreChanges: %q is not a property path: %w", text, err)
		}
		var keys []string
		for _, key := range path {
			if name, ok := key.(string); ok {
				keys = append(keys, name)
			}
		}
		if len(keys) != len(path) {
			continue // the engine has put the old value of a list item back already
		}
		if value, found, err := unstructured.NestedFieldCopy(live.Object, keys...); err == nil && found {
			if err := unstructured.SetNestedField(c.wanted.Object, value, keys...); err != nil {
				return fmt.Errorf("ignoreChanges: %q: %w", text, err)
			}
		}
	}
	return nil
}

// updateError says what to do about an update that failed.
func updateError(inputs *unstructured.Unstructured, err error) error {
	if apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict) {
		return fmt.Errorf("%s was not updated, because others manage fields that this program sets: %w. "+
			"Leave those fields out, or take them over with the annotation %s: \"true\"",
			title(inputs), err, annotationPatchForce)
	}
	return fmt.Errorf("%s was not updated: %w", title(inputs), err)
}
