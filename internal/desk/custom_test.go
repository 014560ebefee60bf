package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// rooms is what an administrator writes: two objects, a pick list, relationships of every kind, saved searches and
// quick actions.
const rooms = `{
 "lists": [{"name": "RoomState", "values": ["Free", "Booked", "Closed"]}],
 "objects": [
  {"object": "Building#", "title": "Name", "fields": [{"name": "Name", "required": true, "search": true}],
   "relationships": [{"name": "BuildingContainsRoom", "target": "Room#", "child": "BuildingLink"}]},
  {"object": "Room#", "title": "Name", "number": {"field": "RoomNumber", "start": 101}, "fields": [
    {"name": "RoomNumber", "type": "number", "index": "unique"},
    {"name": "Name", "required": true, "index": true, "search": true},
    {"name": "State", "type": "picklist", "list": "RoomState", "default": "Free", "index": true},
    {"name": "Seats", "type": "number"},
    {"name": "Booker", "index": "sparse"},
    {"name": "BookedAt", "type": "datetime"},
    {"name": "Reason"},
    {"name": "BuildingLink", "type": "link", "target": "Building#", "index": true},
    {"name": "NextLink", "type": "link", "target": "Room#"}],
   "status": {"field": "State", "readOnly": ["Closed"]},
   "relationships": [
    {"name": "RoomAssocBuilding", "target": "Building#", "link": "BuildingLink"},
    {"name": "RoomAssocNextRoom", "target": "Room#", "link": "NextLink"},
    {"name": "RoomAssociatesCI", "target": "CI#"},
    {"name": "RoomHasKeeper", "target": "Employee#", "one": true},
    {"name": "RoomContainsJournal", "target": "Journal#", "child": "ParentLink", "create": "Journal#Notes"}],
   "searches": [
    {"name": "My Rooms", "filter": "Booker eq '$Me'", "orderby": "Name"},
    {"name": "Booked Lately", "id": "11111111-2222-4333-8444-555555555555", "filter": "BookedAt ge '$Today-1' and State eq 'Booked'"},
    {"name": "Of Another", "owner": "somebodyelse", "filter": "Seats gt 1"},
    {"name": "Everything"}],
   "actions": [
    {"name": "Book Room", "when": {"State": ["Free"]}, "set": {"State": "Booked", "Booker": "$login", "BookedAt": "$now"},
     "prompts": [{"field": "Reason", "required": true}, {"field": "Seats", "default": "4"}],
     "create": [{"relationship": "RoomContainsJournal", "fields": {"Subject": "Booked {Name}", "NotesBody": "for {Reason} by $login"}}],
     "notify": [{"to": "rooms@corp.example", "subject": "{Name} is booked", "body": "For {Reason}, {Seats} seats"}]},
    {"name": "Free Room", "set": {"State": "Free", "Booker": "$null", "BookedAt": "$null"}},
    {"name": "Open Again", "closed": true, "set": {"State": "Free"}},
    {"name": "Move In", "set": {"NextLink_RecID": "{NextLink}", "NextLink_Category": "Room"}, "prompts": [{"field": "BuildingLink"}]},
    {"name": "For Managers", "roles": ["ChangeManager"], "set": {"Seats": "99"}}]},
  {"object": "CI#", "extend": true, "relationships": [{"name": "CIAssociatesRoom", "target": "Room#", "inverse": "RoomAssociatesCI"}], "fields": []}]}`

// TestACustomObjectWorksThroughEachOperationAtOnce applies an object to a running server and uses all of it.
func TestACustomObjectWorksThroughEachOperationAtOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		file := filepath.Join(t.TempDir(), "rooms.json")
		apply := func(text string) (int, string) {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, _, said := s.Try(t, "object", "apply", "-f", file)
			return code, said
		}
		for _, wrong := range []struct{ was, is, says string }{
			{`"target": "Room#", "child": "BuildingLink"`, `"target": "Room#", "child": "Name"`, "BuildingLink"},
			{`"filter": "Booker eq '$Me'"`, `"filter": "Booker eq"`, "My Rooms"},
			{`"filter": "Booker eq '$Me'"`, `"filter": "Nobody eq '$Me'"`, "Nobody"},
			{`"orderby": "Name"`, `"orderby": "Nome"`, "Nome"},
			{`"inverse": "RoomAssociatesCI"`, `"inverse": "RoomAssocBuilding"`, "RoomAssocBuilding"},
			{`"field": "Reason", "required": true`, `"field": "Raison", "required": true`, "Raison"},
			{`"relationship": "RoomContainsJournal", "fields"`, `"relationship": "RoomAssoc", "fields"`, "RoomAssoc"},
			{`"create": "Journal#Notes"`, `"create": "Task#Assignment"`, "Task#Assignment"},
			{`"name": "Free Room"`, `"name": "RoomHasKeeper"`, "RoomHasKeeper"},
			{`{Seats} seats`, `{Sets} seats`, "Sets"},
		} {
			if code, said := apply(strings.Replace(rooms, wrong.was, wrong.is, 1)); code != 1 || !strings.Contains(said, wrong.says) && !strings.Contains(said, "BuildingContainsRoom") {
				t.Errorf("with %s: exit %d, %s", wrong.is, code, said)
			}
		}
		if code, said := apply(rooms); code != 0 {
			t.Fatal(said)
		}
		s.Run(t, "user", "create", "ann", "--role", "ServiceDeskAnalyst")
		vars := map[string]string{"key": s.Key(t, "Admin"), "agent": s.Key(t, "ServiceDeskAnalyst", "--group", "agents", "--on-behalf-of", "ann")}
		agent := map[string]string{"Authorization": "rest_api_key=${agent}"}
		notes, linked, unlinked := sets+"rooms('${room}')/RoomContainsJournal", `"message":["Successfully Created the link"]`, `"message":["Successfully Deleted the link"]`
		s.Scenario(t, vars, map[string]string{"Authorization": "rest_api_key=${key}"}, []testkit.Step{
			{Name: "a building", Method: "POST", Path: sets + "buildings", Status: 201, Body: `{"Name":"North"}`, Keep: map[string]string{"building": "RecId"}},
			{Name: "a room through the building", Method: "POST", Path: sets + "buildings('${building}')/BuildingContainsRoom", Status: 201, Body: `{"Name":"Blue","Seats":6,"BuildingLink":"0"}`,
				Fields: map[string]any{"RoomNumber": 101, "State": "Free", "BuildingLink_RecID": "${building}", "BuildingLink_Category": "Building"}, Keep: map[string]string{"room": "RecId"}},
			{Name: "a building through a room", Method: "POST", Path: sets + "rooms(101)/RoomAssocBuilding", Status: 201, Body: `{"Name":"South"}`, Keep: map[string]string{"south": "RecId"}},
			{Name: "is the room's", Path: sets + "rooms('${room}')/roomassocbuilding", Rows: 1, Fields: map[string]any{"RecId": "${south}"}, Has: []string{"/api/odata/$metadata#buildings"}},
			{Name: "no longer the first one's", Path: sets + "buildings('${building}')/BuildingContainsRoom", Has: []string{`"@odata.count":0,"value":[]`}},
			{Name: "back by a link", Method: "PATCH", Path: sets + "buildings('${building}')/BuildingContainsRoom('${room}')/$Ref", Has: []string{linked, `"ISM_2000"`}},
			{Name: "which the room shows", Path: sets + "rooms('${room}')", Fields: map[string]any{"BuildingLink_RecID": "${building}", "BuildingLink_Category": "Building"}},
			{Name: "unlinked from where it is not", Method: "DELETE", Path: sets + "buildings('${south}')/BuildingContainsRoom('${room}')/$Ref", Has: []string{unlinked}},
			{Name: "it stays where it is", Path: sets + "buildings('${building}')/BuildingContainsRoom?$select=Name", Rows: 1, Has: []string{`"value":[{"Name":"Blue"}]`}},
			{Name: "a second room", Method: "POST", Path: sets + "rooms", Status: 201, Body: `{"Name":"Red","NextLink":"${room}"}`, Keep: map[string]string{"red": "RecId"}},
			{Name: "no circle of rooms", Method: "PATCH", Path: sets + "rooms('${room}')/RoomAssocNextRoom('${red}')/$ref", Status: 400, Has: []string{"of itself or of what it hangs on"}},
			{Name: "nor a room of its own", Method: "PATCH", Path: sets + "rooms('${room}')", Status: 400, Body: `{"NextLink":"${room}"}`, Has: []string{"of itself or of what it hangs on"}},
			{Name: "an item", Method: "POST", Path: sets + "ci__computers", Status: 201, Body: `{"Name":"PC 1"}`, Keep: map[string]string{"ci": "RecId"}},
			{Name: "a pair", Method: "PATCH", Path: sets + "rooms('${room}')/RoomAssociatesCI('${ci}')/$Ref", Body: "{}", Has: []string{linked}},
			{Name: "from the other side", Path: sets + "cis('${ci}')/CIAssociatesRoom", Rows: 1, Fields: map[string]any{"RecId": "${room}"}},
			{Name: "of the extension's set too", Path: sets + "ci__computers('${ci}')/CIAssociatesRoom?$filter=Name eq 'Blue'&$orderby=Name desc", Rows: 1},
			{Name: "parted from the other side", Method: "DELETE", Path: sets + "cis('${ci}')/CIAssociatesRoom('${room}')/$Ref", Has: []string{unlinked}},
			{Name: "both show it", Path: sets + "rooms('${room}')/RoomAssociatesCI", Has: []string{`"value":[]`}},
			{Name: "an item made through the pair", Method: "POST", Path: sets + "rooms('${room}')/RoomAssociatesCI", Status: 400, Body: `{"Name":"x"}`, Has: []string{"CIType"}},
			{Name: "a keeper", Method: "POST", Path: sets + "rooms('${room}')/RoomHasKeeper", Status: 201, Body: `{"FirstName":"Kim","LastName":"Key","LoginID":"kim"}`},
			{Name: "another", Method: "POST", Path: sets + "rooms('${room}')/RoomHasKeeper", Status: 201, Body: `{"FirstName":"Lou","LastName":"Lock","LoginID":"lou"}`},
			{Name: "one at a time", Path: sets + "rooms('${room}')/RoomHasKeeper", Rows: 1, Fields: map[string]any{"LoginID": "lou"}},

			{Name: "an action asks", Method: "POST", Path: sets + "rooms('${room}')/Book_Room", Status: 400, Has: []string{"DataLayer.PromptException", "Reason"}},
			{Name: "it only looks", Method: "POST", Path: sets + "rooms('${room}')/Book_Room", Body: `{"ShouldSave":false,"PromptParams":[{"FieldName":"Reason","Value":"talk"}]}`, Fields: map[string]any{"State": "Booked"}},
			{Name: "nothing is stored then", Path: notes, Has: []string{`"@odata.count":0`}},
			{Name: "it runs", Method: "POST", Path: sets + "rooms('${room}')/book_room", Body: `{"ShouldSave":true,"ActionParams":{"FormParams":{}},"PromptParams":[{"__type":"x","FieldName":"Reason","Value":"talk"}]}`, Header: map[string]string{"Content-Type": "text/plain"},
				Fields: map[string]any{"State": "Booked", "Booker": "InternalServices", "Seats": 4, "Reason": "talk", "BookedAt": testkit.Present}},
			{Name: "with its note", Path: notes + "?$filter=JournalType eq 'Notes'", Rows: 1, Fields: map[string]any{"Subject": "Booked Blue", "NotesBody": "for talk by $login", "ParentLink_RecID": "${room}"}},
			{Name: "and its e-mail", Path: sets + "journal__emails?$filter=ParentLink_RecID eq '${room}'", Rows: 1, Fields: map[string]any{"Subject": "Blue is booked", "NotesBody": "For talk, 4 seats", "ToAddress": "rooms@corp.example"}},
			{Name: "not twice", Method: "POST", Path: sets + "rooms('${room}')/Book_Room", Status: 400, Body: `{"Reason":"again"}`, Has: []string{"'State' is 'Booked'"}},
			{Name: "by the client's other form", Method: "POST", Path: sets + "rooms('${red}')/QuickAction.Book", Body: `{"Reason":"plain"}`, Fields: map[string]any{"Reason": "plain", "State": "Booked"}},
			{Name: "by its id alone", Method: "POST", Path: sets + "rooms('${red}')/whatever", Status: 404, Body: `{"ActionId":"11111111-2222-4333-8444-555555555555"}`},
			{Name: "a prompt that cannot be", Method: "POST", Path: sets + "rooms('${red}')/Free_Room", Status: 400, Body: `{"PromptParams":[{"FieldName":"Seats","Value":"many"}]}`, Has: []string{"Seats"}},
			{Name: "nor a field", Method: "POST", Path: sets + "rooms('${red}')/Free_Room", Status: 400, Body: `{"PromptParams":[{"FieldName":"Nope","Value":"1"}]}`, Has: []string{"Nope"}},
			{Name: "nor prompts that are none", Method: "POST", Path: sets + "rooms('${red}')/Free_Room", Status: 400, Body: `{"PromptParams":{"a":1}}`, Has: []string{"PromptParams"}},
			{Name: "roles", Method: "POST", Path: sets + "rooms('${red}')/For_Managers", Header: agent, Status: 400, Has: []string{"does not have rights to update object Room#"}},
			{Name: "administrators have them all", Method: "POST", Path: sets + "rooms('${red}')/For_Managers", Fields: map[string]any{"Seats": 99}},
			{Name: "unknown record", Method: "POST", Path: sets + "rooms('0123456789ABCDEF0123456789ABCDEF')/Free_Room", Status: 404, Has: []string{"ISM_4004", "Requested resource not found"}},
			{Name: "a link is answered with all of its parts", Method: "POST", Path: sets + "rooms('${red}')/Move_In", Body: `{"PromptParams":[{"FieldName":"BuildingLink_RecID","Value":"${building}"},{"FieldName":"BuildingLink_Category","Value":"Building"}]}`,
				Fields: map[string]any{"BuildingLink_RecID": "${building}", "NextLink_RecID": "${room}", "NextLink_Category": "Room"}},
			{Name: "also with one that does not fit", Method: "POST", Path: sets + "rooms('${red}')/Move_In", Status: 400, Body: `{"PromptParams":[{"FieldName":"BuildingLink_RecID","Value":"${building}"},{"FieldName":"BuildingLink_Category","Value":"Incident"}]}`, Has: []string{"BuildingLink_Category"}},
			{Name: "closed", Method: "PATCH", Path: sets + "rooms('${red}')", Body: `{"State":"Closed"}`, Fields: map[string]any{"ReadOnly": true}},
			{Name: "an action not for closed records", Method: "POST", Path: sets + "rooms('${red}')/Free_Room", Status: 400, Has: []string{"is closed"}},
			{Name: "one that is", Method: "POST", Path: sets + "rooms('${red}')/Open_Again", Body: "null", Fields: map[string]any{"State": "Free", "ReadOnly": false}},

			{Name: "a saved search by name", Path: sets + "rooms/My_Rooms", Rows: 2, Fields: map[string]any{"Name": "Blue", "Booker": "InternalServices"}, Has: []string{`"@odata.count":2`}},
			{Name: "in other words", Path: heat + "Rooms/my%20rooms?$top=1&$skip=1", Rows: 1, Fields: map[string]any{"Name": "Red"}},
			{Name: "goes on", Path: sets + "rooms/My_Rooms?$top=1", Rows: 1, Has: []string{`/api/odata/businessobject/rooms/My_Rooms?$top=1&$skiptoken=`}},
			{Name: "by id", Path: sets + "rooms/X?ActionId=11111111-2222-4333-8444-555555555555", Rows: 1, Fields: map[string]any{"RecId": "${room}"}},
			{Name: "by id in the body of a GET", Path: sets + "rooms/X", Body: `{"ActionId":"11111111-2222-4333-8444-555555555555"}`, Rows: 1},
			{Name: "with a filter of the caller's", Path: sets + "rooms/My_Rooms?$filter=Seats gt 100", Has: []string{`"value":[]`}},
			{Name: "blanks what is not chosen", Path: sets + "rooms/My_Rooms?$select=RecId&$top=1&$skip=1", Fields: map[string]any{"RecId": "${red}", "Name": nil, "Seats": nil}, Rows: 1},
			{Name: "without a filter", Path: sets + "rooms/Everything", Rows: 2},
			{Name: "another's own", Path: sets + "rooms/Of_Another", Status: 404, Has: []string{"ISM_4004"}},
			{Name: "unknown", Path: sets + "rooms/Nothing", Status: 404},

			{Name: "deleted records have no pairs", Method: "PATCH", Path: sets + "rooms('${room}')/RoomAssociatesCI('${ci}')/$Ref"},
			{Name: "the item goes", Method: "DELETE", Path: sets + "ci__computers('${ci}')", Status: 204},
			{Name: "from the room too", Path: sets + "rooms('${room}')/RoomAssociatesCI", Has: []string{`"@odata.count":0`}},
			{Name: "unknown other end", Method: "PATCH", Path: sets + "rooms('${room}')/RoomAssociatesCI('${ci}')/$Ref", Status: 400, Has: []string{`"Invalid Request"`, "Record '${ci}' cannot be found in the related business object 'CI#'"}},
			{Name: "no rights on the room", Path: sets + "rooms('${room}')/RoomContainsJournal", Header: agent, Status: 400, Has: []string{"does not have rights to read object Room#"}},
			{Name: "nor to link", Method: "PATCH", Path: sets + "rooms('${room}')/RoomHasKeeper('${ci}')/$Ref", Header: agent, Status: 400, Has: []string{"does not have rights"}},
		})
		if code, said := apply(rooms); code != 0 || strings.Contains(said, "changed") {
			t.Errorf("applied again: %d %s", code, said)
		}
		s.Run(t, "doctor", "--audit")
	})
}
