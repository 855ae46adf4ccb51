package await

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// desired is the number of replicas, which the API takes as one if it is not given.
func desired(replicas *int32) int32 {
	if replicas == nil {
		return 1
	}
	return *replicas
}

// deployment is ready once every replica is of the latest template and available, and no older one is left.
func deployment(s *scene) verdict {
	d := into[appsv1.Deployment](s.object())
	want := desired(d.Spec.Replicas)
	switch {
	case d.Status.ObservedGeneration < d.Generation:
		return waitFor("the deployment controller")
	case d.Spec.Paused:
		return isReady()
	case d.Status.UpdatedReplicas < want:
		return waitFor("new pods to be made (%d of %d)", d.Status.UpdatedReplicas, want)
	case d.Status.Replicas > d.Status.UpdatedReplicas:
		return waitFor("new pods to be ready and old ones to end (%d left)", d.Status.Replicas-d.Status.UpdatedReplicas)
	case d.Status.AvailableReplicas < want:
		return waitFor("pods to be ready (%d of %d)", d.Status.AvailableReplicas, want)
	}
	return isReady()
}

// statefulSet is ready once every replica is ready and of the latest revision; under a partition or OnDelete, those
// that are due.
func statefulSet(s *scene) verdict {
	set := into[appsv1.StatefulSet](s.object())
	want := desired(set.Spec.Replicas)
	due := want
	if rolling := set.Spec.UpdateStrategy.RollingUpdate; rolling != nil && rolling.Partition != nil {
		due = max(0, want-*rolling.Partition)
	}
	byHand := set.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType
	switch {
	case set.Status.ObservedGeneration < set.Generation:
		return waitFor("the statefulset controller")
	case set.Status.Replicas != want || set.Status.ReadyReplicas < want:
		return waitFor("pods to be ready (%d of %d)", set.Status.ReadyReplicas, want)
	case !byHand && set.Status.UpdateRevision != set.Status.CurrentRevision && set.Status.UpdatedReplicas < due,
		!byHand && due == want && set.Status.UpdateRevision != set.Status.CurrentRevision:
		return waitFor("pods to be replaced (%d of %d)", set.Status.UpdatedReplicas, due)
	}
	return isReady()
}

// daemonSet is ready once every node that should have a pod has a ready one of the latest template.
func daemonSet(s *scene) verdict {
	set := into[appsv1.DaemonSet](s.object())
	want := set.Status.DesiredNumberScheduled
	byHand := set.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType
	switch {
	case set.Status.ObservedGeneration < set.Generation:
		return waitFor("the daemonset controller")
	case !byHand && set.Status.UpdatedNumberScheduled < want:
		return waitFor("new pods to be made (%d of %d)", set.Status.UpdatedNumberScheduled, want)
	case set.Status.NumberAvailable < want:
		return waitFor("pods to be ready (%d of %d)", set.Status.NumberAvailable, want)
	}
	return isReady()
}

func replicationController(s *scene) verdict {
	c := into[corev1.ReplicationController](s.object())
	if want := desired(c.Spec.Replicas); c.Status.AvailableReplicas < want {
		return waitFor("pods to be ready (%d of %d)", c.Status.AvailableReplicas, want)
	}
	return isReady()
}

// job is ready once it has completed.
func job(s *scene) verdict {
	j := into[batchv1.Job](s.object())
	for _, condition := range j.Status.Conditions {
		if condition.Status != corev1.ConditionTrue {
			continue
		}
		switch condition.Type {
		case batchv1.JobComplete:
			return isReady()
		case batchv1.JobFailed:
			return hopelessAs("the job failed: %s", condition.Message)
		}
	}
	return waitFor("the job to complete (%d succeeded, %d active)", j.Status.Succeeded, j.Status.Active)
}

// pod is ready once it says so, or has ended well.
func pod(s *scene) verdict {
	p := into[corev1.Pod](s.object())
	switch p.Status.Phase {
	case corev1.PodSucceeded:
		return isReady()
	case corev1.PodFailed:
		return hopelessAs("the pod failed %s", p.Status.Message)
	}
	for _, condition := range p.Status.Conditions {
		if condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue {
			return isReady()
		}
	}
	return waitFor("the pod to be ready")
}
