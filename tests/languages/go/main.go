package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"pulumi-tavus/sdk/go/tavus"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		account, err := tavus.NewProvider(ctx, "account", &tavus.ProviderArgs{
			ApiKey:  config.RequireSecret(ctx, "key"),
			BaseUrl: pulumi.String(config.Require(ctx, "url")),
		})
		if err != nil {
			return err
		}
		if _, err := tavus.NewPersona(ctx, "colleague", &tavus.PersonaArgs{
			PersonaName:  pulumi.String("Colleague"),
			SystemPrompt: pulumi.String("You assist."),
		}, pulumi.Provider(account)); err != nil {
			return err
		}
		coach, err := tavus.NewPersona(ctx, "coach", &tavus.PersonaArgs{
			PersonaName:  pulumi.String("Coach"),
			SystemPrompt: pulumi.String(config.Require(ctx, "prompt")),
			Llm: tavus.LlmArgs{
				Model:   pulumi.String("mine"),
				BaseUrl: pulumi.String("https://llm.example.com"),
				ApiKey:  config.RequireSecret(ctx, "key"),
			},
		})
		if err != nil {
			return err
		}
		call, err := tavus.NewConversation(ctx, "call", &tavus.ConversationArgs{
			PersonaId:       coach.ID(),
			ReplicaId:       pulumi.String("r90bbd427f71"),
			MaxCallDuration: pulumi.Int(config.RequireInt(ctx, "seconds")),
		})
		if err != nil {
			return err
		}
		found := tavus.LookupPersonaOutput(ctx, tavus.LookupPersonaOutputArgs{
			Name:   pulumi.String("Life Coach"),
			System: pulumi.Bool(true),
		})
		ctx.Export("status", call.Status)
		ctx.Export("found", found.PersonaId())
		return nil
	})
}
