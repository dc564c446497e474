// Admission does to a pod what an API server does that has a MutatingAdmissionPolicy, by the API server's own code:
//
//	admission POLICY < POD > MUTATED
//
// Both are JSON. A pod that the policy's conditions leave out is printed as it is.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "admission:", err)
		os.Exit(1)
	}
}

func main() {
	var policy admissionv1.MutatingAdmissionPolicy
	var pod corev1.Pod
	text, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(text, &policy))
	must(json.NewDecoder(os.Stdin).Decode(&pod))

	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	must(err)
	options := cel.OptionalVariableDeclarations{}
	conditions := make([]cel.ExpressionAccessor, len(policy.Spec.MatchConditions))
	for i := range policy.Spec.MatchConditions {
		conditions[i] = (*matchconditions.MatchCondition)(&policy.Spec.MatchConditions[i])
	}
	matcher := matchconditions.NewMatcher(compiler.CompileCondition(conditions, options, environment.StoredExpressions),
		policy.Spec.FailurePolicy, "policy", "validate", policy.Name)

	scheme := runtime.NewScheme()
	must(corev1.AddToScheme(scheme))
	kind := corev1.SchemeGroupVersion.WithKind("Pod")
	resource := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	attributes := &admission.VersionedAttributes{
		Attributes: admission.NewAttributesRecord(&pod, nil, kind, pod.Namespace, pod.Name, resource, "",
			admission.Create, &metav1.CreateOptions{}, false, nil),
		VersionedKind:      kind,
		VersionedObject:    admission.NewLazyObject(&pod),
		VersionedOldObject: admission.NewLazyObject(nil),
	}
	match := matcher.Match(context.Background(), attributes, nil, nil)
	must(match.Error)
	var result runtime.Object = &pod
	if match.Matches {
		options.HasPatchTypes = true
		for _, mutation := range policy.Spec.Mutations {
			if mutation.JSONPatch == nil {
				must(fmt.Errorf("a mutation of the policy is not a JSONPatch"))
			}
			evaluator := compiler.CompileMutatingEvaluator(&patch.JSONPatchCondition{Expression: mutation.JSONPatch.Expression},
				options, environment.StoredExpressions)
			result, err = patch.NewJSONPatcher(evaluator).Patch(context.Background(), patch.Request{
				MatchedResource:     resource,
				VersionedAttributes: attributes,
				ObjectInterfaces:    admission.NewObjectInterfacesFromScheme(scheme),
			}, celconfig.RuntimeCELCostBudget)
			must(err)
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(result))
}
