package role

import "maps"

// The built-in roles that code refers to.
const (
	Admin            = "Admin"            // may do everything
	InternalServices = "InternalServices" // holds every role, later ones too; runs workflows and integrations
	SelfService      = "SelfService"      // what everybody has in the portal
	Monitoring       = "Monitoring"       // writes incidents and changes for a monitoring tool
)

// Object types, in groups that built-in roles share.
var (
	tickets    = []string{"Incident", "ServiceReq", "Task", "Journal", "Attachment"}
	processes  = []string{"Problem", "Change", "FRS_Knowledge"}
	processing = []string{"FRS_Approval", "FRS_ApprovalVoteTracking"}
	catalogue  = []string{"Category", "Subcategory", "ServiceReqTemplate", "ServiceReqTemplateParam", "ServiceReqParam"}
	people     = []string{"Employee", "ExternalContact", "StandardUserTeam", "OrganizationalUnit", "Department", "Location"}
	contacts   = []string{"Frs_CompositeContract_Contact", "Frs_def_role"}
)

// agents are the fields of an incident that are the desk's to say, not the customer's.
var agents = []string{"Owner", "OwnerTeam", "OwnerType", "OwnerEmail", "OwnerTeamEmail", "OwnershipAssignmentEmail", "TeamManagerEmail", "Priority",
	"Cost", "CostPerMinute", "TotalTimeSpent", "IsVIP", "Email", "LoginId", "ProfileFullName", "Resolution", "ResolvedBy", "ResolvedDateTime",
	"CauseCode", "ClosedBy", "ClosedDateTime", "RespondedBy", "RespondedDateTime", "FirstCallResolution", "ApprovalStatus", "IsApprovalNeeded",
	"Approver", "IsMasterIncident", "IsResolvedByMaster"}

// private are the fields of a person that a directory does not show to everybody: where they live and how they are reached
// there, what they cost, what the personnel department keeps, and the state of their account.
var private = []string{"SecondaryEmail", "MobilePhone", "Address1", "Address2", "City", "State", "Zip", "Country", "CostCenter", "EmployeeNumber",
	"HireDate", "TerminationDate", "Notes", "ExternalReference", "IsVIP", "LockDate", "LockType", "LoginAttemptCount",
	"IsLDAPUserAccountEnabled", "IsInternalAuth", "IsExternalAuth", "IsAutoProvision"}

var (
	reads  = Right{Read: AllRows}
	writes = Right{Read: AllRows, Create: true, Update: true}
	full   = Right{Read: AllRows, Create: true, Update: true, Delete: true}
)

// grant returns the same right to many object types.
func grant(right Right, groups ...[]string) map[string]Right {
	out := map[string]Right{}
	for _, group := range groups {
		for _, object := range group {
			out[object] = right
		}
	}
	return out
}

// join returns all rights of several maps, later ones winning.
func join(parts ...map[string]Right) map[string]Right {
	out := map[string]Right{}
	for _, part := range parts {
		maps.Copy(out, part)
	}
	return out
}

// Builtin returns the roles every tenant begins with.
func Builtin() []Role {
	desk := grant(reads, tickets, processes, processing, catalogue, people, contacts, []string{"CI", "ContactGroup"})
	const analyst = "ServiceDeskAnalyst"
	roles := []Role{
		{Name: Admin, Label: "Administrator", Admin: true, Rights: map[string]Right{Any: full}},
		{Name: InternalServices, Label: "Internal Services", Includes: []string{Any}},
		{
			Name: analyst, Label: "Service Desk Analyst",
			Rights: join(desk,
				grant(writes, tickets, processes, []string{"FRS_ApprovalVoteTracking", "ServiceReqParam"}),
				grant(reads, []string{"N8N_AuthType"}), // by which a client tests its key
				grant(writes, []string{"IVNT_Automation_Transactions", "frs_project", "frs_prj_phase"}),
				grant(Right{Read: AllRows, Update: true}, []string{"CI"}),
				grant(full, []string{"Journal", "Task", "Attachment"})),
		},
		{
			Name: "ServiceDeskManager", Label: "Service Desk Manager", Includes: []string{analyst},
			Rights: join(grant(full, tickets, processes, processing), grant(writes, catalogue, people)),
		},
		{
			Name: "ChangeManager", Label: "Change Manager", Includes: []string{analyst},
			Rights: grant(full, []string{"Change"}, processing),
		},
		{
			Name: "ProblemManager", Label: "Problem Manager", Includes: []string{analyst},
			Rights: grant(full, []string{"Problem"}),
		},
		{
			Name: "ConfigurationManager", Label: "Configuration Manager", Includes: []string{analyst},
			Rights: grant(full, []string{"CI"}),
		},
		{
			Name: "KnowledgeManager", Label: "Knowledge Manager", Includes: []string{analyst},
			Rights: grant(full, []string{"FRS_Knowledge"}),
		},
		{
			Name: Monitoring, Label: "Monitoring", // what a monitoring tool needs that writes tickets, and no more
			Rights: join(
				grant(reads, people, []string{"Frs_CompositeContract_Contact", "CI", "Category", "Subcategory"}),
				grant(writes, []string{"Incident", "Change"}),
				grant(Right{Read: AllRows, Create: true}, []string{"Journal#Notes"})),
		},
		{Name: "ReportManager", Label: "Report Manager", Rights: map[string]Right{Any: reads}},
		{
			Name: SelfService, Label: "Self Service",
			Rights: join(
				grant(Right{Read: OwnRows, Create: true, Update: true, ReadOnly: agents}, []string{"Incident"}),
				grant(Right{Read: OwnRows, Create: true, Update: true}, []string{"ServiceReq"}),
				grant(Right{Read: OwnRows, Create: true}, []string{"Journal", "Attachment", "ServiceReqParam"}),
				grant(Right{Read: OwnRows}, []string{"Journal#Email"}), // the desk writes e-mails
				grant(Right{Read: OwnRows}, []string{"FRS_Approval"}),
				grant(Right{Read: OwnRows, Update: true}, []string{"FRS_ApprovalVoteTracking"}), // managers approve
				grant(Right{Read: AllRows, Hidden: private}, []string{"Employee"}),
				grant(Right{Read: AllRows, Hidden: []string{"CostCenter"}}, []string{"Department", "OrganizationalUnit"}),
				grant(reads, []string{"StandardUserTeam", "Category", "Subcategory", "Location", "FRS_Knowledge", "CI#Service", "ServiceReqTemplate", "ServiceReqTemplateParam",
					"Frs_CompositeContract_Contact"})),
		},
	}
	for i := range roles {
		roles[i].Builtin = true
	}
	return roles
}
