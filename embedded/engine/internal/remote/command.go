// Package remote is the resource command:remote:Command: commands that are run on another host over SSH when the
// resource is made, changed and removed. Names, defaults and order of events are those of the package @pulumi/command.
package remote

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is the resource. It holds nothing: inputs and state travel with each call.
type Command struct{}

// CommandInputs are what a program may ask for.
type CommandInputs struct {
	Triggers               *[]any            `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create                 *string           `pulumi:"create,optional"`
	Update                 *string           `pulumi:"update,optional"`
	Delete                 *string           `pulumi:"delete,optional"`
	Stdin                  *string           `pulumi:"stdin,optional"`
	Logging                *Logging          `pulumi:"logging,optional"`
	Connection             *Connection       `pulumi:"connection" provider:"secret"`
	Environment            map[string]string `pulumi:"environment,optional"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
}

// Output is what the command last run wrote, each without its last line end.
type Output struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// CommandState is what Pulumi keeps.
type CommandState struct {
	CommandInputs
	Output
}

// Logging says which of the command's output is shown while it runs.
type Logging string

// Values are those that the input `logging` may have; without it both streams are shown.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "stdout", Value: "stdout"},
		{Name: "stderr", Value: "stderr"},
		{Name: "stdoutAndStderr", Value: "stdoutAndStderr"},
		{Name: "none", Value: "none"},
	}
}

func (l *Logging) shows(stream string) bool {
	return l == nil || *l == "stdoutAndStderr" || string(*l) == stream
}

// Create runs the command `create`.
func (Command) Create(
	ctx context.Context, request infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandState], error) {
	response := infer.CreateResponse[CommandState]{Output: CommandState{CommandInputs: request.Inputs}}
	id, err := resource.NewUniqueHex(request.Name, 8, 0)
	if err != nil {
		return response, err
	}
	response.ID = id
	if request.DryRun {
		return response, nil
	}
	response.Output.Output, err = request.Inputs.run(ctx, Output{}, request.Inputs.Create)
	return response, err
}

// Update runs the command `update`, and where there is none `create` again, on the new connection.
func (Command) Update(
	ctx context.Context, request infer.UpdateRequest[CommandInputs, CommandState],
) (infer.UpdateResponse[CommandState], error) {
	response := infer.UpdateResponse[CommandState]{
		Output: CommandState{CommandInputs: request.Inputs, Output: request.State.Output},
	}
	if request.DryRun {
		return response, nil
	}
	command := request.Inputs.Update
	if command == nil {
		command = request.Inputs.Create
	}
	var err error
	response.Output.Output, err = request.Inputs.run(ctx, request.State.Output, command)
	return response, err
}

// Delete runs the command `delete` on the connection that the state has.
func (Command) Delete(ctx context.Context, request infer.DeleteRequest[CommandState]) (infer.DeleteResponse, error) {
	_, err := request.State.run(ctx, request.State.Output, request.State.CommandInputs.Delete)
	return infer.DeleteResponse{}, err
}
